package k6module

import (
	"context"
	"fmt"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"lectern-loadtest/crowd"
	"lectern-loadtest/relay"
)

type crowdOptions struct {
	Contribute  float64  `js:"contribute"`
	Video       float64  `js:"video"`
	Prefix      string   `js:"prefix"`
	Group       string   `js:"group"`
	OnStage     bool     `js:"onStage"`
	SlowReaders bool     `js:"slowReaders"`
	Unruly      bool     `js:"unruly"`
	Through     *through `js:"through"`
}

// through is the network that students have.
type through struct {
	LossShare float64 `js:"lossShare"`
	DelayMs   float64 `js:"delayMs"`
	JitterMs  float64 `js:"jitterMs"`
	Kbps      float64 `js:"kbps"`
	Seed      uint64  `js:"seed"`
}

// network gives the one that does this, made where there is none yet.
func (r *rootModule) network(t through) *relay.Network {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.networks[t]; known != nil {
		return known
	}
	conditions := relay.Conditions{
		LossShare:     t.LossShare,
		Delay:         time.Duration(t.DelayMs * float64(time.Millisecond)),
		Jitter:        time.Duration(t.JitterMs * float64(time.Millisecond)),
		BitsPerSecond: int(t.Kbps * 1000),
	}
	made := relay.NewNetwork(conditions, conditions, t.Seed)
	r.networks[t] = made
	return made
}

// relayed sums what all relays carried and dropped; false where there is none.
func (r *rootModule) relayed() (carried, dropped uint64, any bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, network := range r.networks {
		c, d := network.Counted()
		carried += c
		dropped += d
	}
	return carried, dropped, len(r.networks) > 0
}

func (m *module) newCrowd(call sobek.ConstructorCall) *sobek.Object {
	runtime := m.vu.Runtime()
	var class classOptions
	var options crowdOptions
	if err := runtime.ExportTo(call.Argument(0), &class); err != nil {
		common.Throw(runtime, err)
	}
	if second := call.Argument(1); !sobek.IsUndefined(second) {
		if err := runtime.ExportTo(second, &options); err != nil {
			common.Throw(runtime, err)
		}
	}
	of, ctx, err := m.joined(class)
	if err != nil {
		common.Throw(runtime, err)
	}
	return runtime.ToValue(&students{ctx: ctx, crowd: crowd.NewCrowd(ctx, of, m.plan(options))}).ToObject(runtime)
}

func (m *module) plan(options crowdOptions) crowd.Plan {
	if options.Prefix == "" {
		options.Prefix = fmt.Sprintf("Student %d", m.vu.State().VUID)
	}
	plan := crowd.Plan{
		Contribute:  options.Contribute,
		Video:       options.Video,
		Prefix:      options.Prefix,
		Group:       options.Group,
		OnStage:     options.OnStage,
		SlowReaders: options.SlowReaders,
		Unruly:      options.Unruly,
	}
	if options.Through != nil {
		plan.Through = m.root.network(*options.Through).Through
	}
	return plan
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

// Sit takes so many seats over this many seconds, for those who enter later; gives how many there are.
func (s *students) Sit(count int, overSeconds float64) int {
	return s.crowd.Sit(s.ctx, count, seconds(overSeconds))
}

// Churn lets so many come and as many go each second, for this many seconds.
func (s *students) Churn(perSecond, forSeconds float64) {
	s.crowd.Churn(s.ctx, perSecond, seconds(forSeconds))
}

type acts struct {
	ChatsPerSecond     float64 `js:"chatsPerSecond"`
	HandsPerSecond     float64 `js:"handsPerSecond"`
	ReactionsPerSecond float64 `js:"reactionsPerSecond"`
	ChatCharacters     int     `js:"chatCharacters"`
}

// Act lets students chat, raise and lower hands, and react, so often a second together, for this many seconds.
func (s *students) Act(a acts, forSeconds float64) {
	does := crowd.Acts{
		Chats: a.ChatsPerSecond, Hands: a.HandsPerSecond, Reactions: a.ReactionsPerSecond, ChatCharacters: a.ChatCharacters,
	}
	s.crowd.Act(s.ctx, does, seconds(forSeconds))
}

// RaiseHands lets so many raise a hand, one after the other; gives how many did.
func (s *students) RaiseHands(count int) int { return s.crowd.RaiseHands(s.ctx, count) }

// OnStage is how many publish now.
func (s *students) OnStage() int { return s.crowd.OnStage() }

// LeaveStage lets whoever is on the stage go back to the audience.
func (s *students) LeaveStage() { s.crowd.LeaveStage(s.ctx) }

// StopReading leaves unread what signalling brings, for this many seconds, and reads on then.
func (s *students) StopReading(forSeconds float64) { s.crowd.StopReading(s.ctx, seconds(forSeconds)) }

// Roam lets everybody change the network, over this many seconds; gives how many did.
func (s *students) Roam(overSeconds float64) int { return s.crowd.Roam(s.ctx, seconds(overSeconds)) }

// Flood lets everybody send so much of it a second, for this many seconds; gives how many the server cut.
func (s *students) Flood(of string, perSecond, forSeconds float64) (int, error) {
	switch flood := crowd.Flood(of); flood {
	case crowd.FloodOfFrames, crowd.FloodOfPackets, crowd.FloodOfDatagrams, crowd.FloodOfGarbage:
		return s.crowd.Flood(s.ctx, flood, perSecond, seconds(forSeconds)), nil
	}
	return 0, fmt.Errorf("there is no flood of %q", of)
}

// Vanish lets so many go without a word; gives how many did.
func (s *students) Vanish(count int) int { return s.crowd.Vanish(count) }

// Leave lets everybody go.
func (s *students) Leave() { s.crowd.Leave() }

// Size is how many are in now.
func (s *students) Size() int { return len(s.crowd.Students()) }
