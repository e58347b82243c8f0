// Package k6module is `k6/x/lectern`: real participants of a Lectern class for k6 scripts, many to one VU.
package k6module

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"

	"lectern-loadtest/crowd"
	"lectern-loadtest/signalling"
)

func init() {
	modules.Register("k6/x/lectern", &rootModule{classes: map[string]*crowd.Class{}})
}

// rootModule is one for the process: all VUs of one class share what a crowd shares, and its meter.
type rootModule struct {
	mu      sync.Mutex
	classes map[string]*crowd.Class
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

// Exports of the module; index.d.ts says what each does.
func (m *module) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{
		"teach": m.teach,
		"Crowd": m.newCrowd,
		"count": m.count,
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

type seat struct {
	ClassID    string `js:"classId"`
	SeatID     string `js:"seatId"`
	SeatSecret string `js:"seatSecret"`
}

type teachOptions struct {
	Seat     seat    `js:"seat"`
	PtimeMs  float64 `js:"ptimeMs"`
	VideoKbs float64 `js:"videoKbps"`
}

// teach lets the instructor enter, start the class and publish for as long as the iteration runs, and emits the figures of the whole
// class once a second from then on.
func (m *module) teach(class classOptions, options teachOptions) (*lesson, error) {
	of, err := m.root.class(class)
	if err != nil {
		return nil, err
	}
	ctx, err := m.context()
	if err != nil {
		return nil, err
	}
	holds := &signalling.Seat{ClassID: options.Seat.ClassID, SeatID: options.Seat.SeatID, SeatSecret: options.Seat.SeatSecret}
	instructor := crowd.NewInstructor(ctx, of, holds)
	plays := crowd.Plays{
		Ptime:              time.Duration(options.PtimeMs) * time.Millisecond,
		VideoBitsPerSecond: int(options.VideoKbs * 1000),
	}
	if err := instructor.Teach(ctx, plays); err != nil {
		return nil, fmt.Errorf("the instructor could not teach: %w", err)
	}
	l := &lesson{instructor: instructor, emitter: newEmitter(m, of)}
	go l.emitter.run(ctx)
	return l, nil
}

// lesson is what scripts hold of a class that is taught.
type lesson struct {
	instructor *crowd.Instructor
	emitter    *emitter
}

// Present is how many students of this process are connected now.
func (l *lesson) Present() int { return l.emitter.class.Meter.Totals().Present }

// End emits the last figures and lets the instructor go.
func (l *lesson) End() {
	l.emitter.emit()
	l.instructor.Vanish()
}

type crowdOptions struct {
	Contribute float64 `js:"contribute"`
	Video      float64 `js:"video"`
	Prefix     string  `js:"prefix"`
}

func (m *module) newCrowd(call sobek.ConstructorCall) *sobek.Object {
	runtime := m.vu.Runtime()
	var class classOptions
	var options crowdOptions
	if err := runtime.ExportTo(call.Argument(0), &class); err != nil {
		common.Throw(runtime, err)
	}
	if err := runtime.ExportTo(call.Argument(1), &options); err != nil {
		common.Throw(runtime, err)
	}
	of, err := m.root.class(class)
	if err != nil {
		common.Throw(runtime, err)
	}
	ctx, err := m.context()
	if err != nil {
		common.Throw(runtime, err)
	}
	if options.Prefix == "" {
		options.Prefix = fmt.Sprintf("Student %d", m.vu.State().VUID)
	}
	plan := crowd.Plan{Contribute: options.Contribute, Video: options.Video, Prefix: options.Prefix}
	return runtime.ToValue(&students{ctx: ctx, crowd: crowd.NewCrowd(ctx, of, plan)}).ToObject(runtime)
}

// students is what scripts hold of a crowd.
type students struct {
	ctx   context.Context
	crowd *crowd.Crowd
}

// Enter lets so many come over this many seconds; gives how many joined.
func (s *students) Enter(count int, overSeconds float64) int {
	return s.crowd.Enter(s.ctx, count, seconds(overSeconds))
}

// Churn lets so many come and as many go each second, for this many seconds.
func (s *students) Churn(perSecond, forSeconds float64) {
	s.crowd.Churn(s.ctx, perSecond, seconds(forSeconds))
}

// Leave lets everybody go.
func (s *students) Leave() { s.crowd.Leave() }

// Size is how many are in now.
func (s *students) Size() int { return len(s.crowd.Students()) }

// count gives the failures so far by what they said.
func (m *module) count(class classOptions) (map[string]int, error) {
	of, err := m.root.class(class)
	if err != nil {
		return nil, err
	}
	return of.Meter.Failures(), nil
}

func (m *module) context() (context.Context, error) {
	if m.vu.State() == nil {
		return nil, errors.New("people join in a VU's function, not while the script is loaded")
	}
	return m.vu.Context(), nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
