// Package k6module is `k6/x/lectern`: real participants of a Lectern class for k6 scripts, many to one VU.
package k6module

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"

	"lectern-loadtest/crowd"
	"lectern-loadtest/relay"
)

func init() {
	modules.Register("k6/x/lectern", &rootModule{classes: map[string]*crowd.Class{}, networks: map[through]*relay.Network{}})
}

// rootModule is one for the process: all VUs of one class share what a crowd shares, and its meter.
type rootModule struct {
	mu      sync.Mutex
	classes map[string]*crowd.Class
	// By what they do; they last as long as the process.
	networks map[through]*relay.Network
	looks    looks
	drops    receiveDrops
}

// module is one for each VU.
type module struct {
	root    *rootModule
	vu      modules.VU
	metrics *metricSet
}

// NewModuleInstance is called once for each VU.
func (r *rootModule) NewModuleInstance(vu modules.VU) modules.Instance {
	set, err := registerMetrics(vu.InitEnv().Registry)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &module{root: r, vu: vu, metrics: set}
}

// Exports of the module; loadtest/scenarios/k6-x-lectern.d.ts says what each does.
func (m *module) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{
		"teach":   m.teach,
		"Crowd":   m.newCrowd,
		"count":   m.count,
		"present": m.present,
		"look":    m.look,

		"remember":  m.remember,
		"differing": m.differing,

		"mediaPorts": m.mediaPorts,
	}}
}

// classOptions say which class.
type classOptions struct {
	Origin   string `js:"origin"`
	JoinCode string `js:"joinCode"`
	Token    string `js:"token"`
}

func (r *rootModule) class(options classOptions) (*crowd.Class, error) {
	if options.Origin == "" || options.JoinCode == "" {
		return nil, errors.New("a class needs `origin`, such as http://127.0.0.1:8080, and `joinCode`, as it stands in its link")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.classes[options.JoinCode]; ok {
		return known, nil
	}
	made, err := crowd.NewClass(options.Origin, options.JoinCode, options.Token, crowd.NewMeter())
	if err == nil {
		r.classes[options.JoinCode] = made
	}
	return made, err
}

// count gives the failures so far by what they said.
func (m *module) count(class classOptions) (map[string]int, error) {
	of, err := m.root.class(class)
	if err != nil {
		return nil, err
	}
	return of.Meter.Failures(), nil
}

// joined is the class, and the context of the VU in which people join it.
func (m *module) joined(class classOptions) (*crowd.Class, context.Context, error) {
	of, err := m.root.class(class)
	if err != nil {
		return nil, nil, err
	}
	ctx, err := m.context()
	return of, ctx, err
}

func (m *module) context() (context.Context, error) {
	if m.vu.State() == nil {
		return nil, errors.New("people join in a VU's function, not while the script is loaded")
	}
	return m.vu.Context(), nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
