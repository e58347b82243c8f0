package crowd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"lectern-loadtest/signalling"
	"lectern-loadtest/stream"
)

// joinWithin is how long anybody waits for a class; whoever waits longer has gone.
const joinWithin = 120 * time.Second

// Wants is what one student does in class.
type Wants struct {
	// Contribute sends a datagram for each window.
	Contribute bool
	// Video receives pictures too; without it the device says it cannot decode any.
	Video bool
	// Through stands in front of the server's media address, such as a relay; nil is nothing.
	Through func(server *net.UDPAddr) (*net.UDPAddr, error)
	// OnStage says whether an invitation to the stage is accepted.
	OnStage bool
	// Signalling says how the WebSocket is used.
	Signalling signalling.Settings
}

// Student is one participant without a browser.
type Student struct {
	class   *Class
	group   *Group
	name    string
	wants   Wants
	through func(server *net.UDPAddr) (*net.UDPAddr, error)
	life    context.Context
	end     context.CancelFunc

	seat    *signalling.Seat
	pageID  string
	traffic signalling.Traffic
	client  atomic.Pointer[signalling.Client]

	// Receiving, the signal and publishing: each is opened, and opened anew, by itself.
	receiving, signalling, publishing reopener
	media                             atomic.Pointer[reception]
	signal                            atomic.Pointer[signal]
	stage                             atomic.Pointer[publication]
	contributes, publishes            atomic.Bool
	// plays is what is published from the stage; set before the stage is opened.
	plays Plays
	// What of the class decides whether there is something to receive, and whether it asks for scores.
	receives, offered atomic.Bool

	viewer    viewer
	past      pastStreams
	outbox    outbox
	recount   atomic.Pointer[recount]
	owed      owed
	memory    memory
	heard     chan struct{}
	heardOnce sync.Once
	lastSound atomic.Int64
	moved     atomic.Bool
	connected atomic.Bool
	lostAt    atomic.Int64
	gone      atomic.Bool
	// inside is true once Enter is through.
	inside atomic.Bool
	// unasked is true while the class has not asked yet whether to contribute, or the answer is still to come: nothing is owed.
	unasked atomic.Bool
	// awaited is true of somebody who was in before the class started.
	awaited atomic.Bool
	// leftAt is when they went, or were sent away: up to then sound should have come.
	leftAt atomic.Int64
	handUp atomic.Bool
	// How often media or connection had to begin anew, and when last.
	disturbances atomic.Uint32
	disturbedAt  atomic.Int64
	connectedAt  atomic.Int64
	// lateness of the packets of sound is counted here too while somebody watches.
	lateness atomic.Pointer[stream.Histogram]
	// flooding is what this one floods the server with; nil of everybody else.
	flooding atomic.Pointer[flooding]
	// staff teach: they hear of the order of raised hands, and of the pacing view.
	staff bool

	due routine
	// Index among those who take part in the rounds; of the class.
	place int
}

// NewStudent makes a student of a group; Join brings it in. It goes when ctx ends.
func NewStudent(ctx context.Context, class *Class, group *Group, name string, wants Wants) *Student {
	life, end := context.WithCancel(ctx)
	return &Student{
		class:   class,
		group:   group,
		name:    name,
		wants:   wants,
		through: wants.Through,
		life:    life,
		end:     end,
		pageID:  uuid.NewString(),
		heard:   make(chan struct{}),
	}
}

// Join takes a seat where there is none yet, connects and receives, and resolves when the first sound has arrived; where nothing is on the stage, when
// everything is ready for it. What passes is tried again as a browser does. Each phase is noted in the group; `late` is how much later this begins
// than it was due, which is part of the wait: a generator that starts late hides nothing.
func (s *Student) Join(ctx context.Context, late time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, joinWithin)
	defer cancel()
	if s.seat == nil {
		if err := s.Sit(ctx); err != nil {
			return err
		}
	}
	return s.Enter(ctx, late)
}

// Sit takes a seat and no more, as somebody does who stands before the join button's answer.
func (s *Student) Sit(ctx context.Context) error {
	if err := s.sit(ctx); err != nil {
		return fmt.Errorf("seat: %w", err)
	}
	return nil
}

// sit takes a seat, again and again where the server says when to come back.
func (s *Student) sit(ctx context.Context) error {
	began := time.Now()
	for {
		seat, err := s.class.TakeSeat(ctx, s.name)
		if err == nil {
			s.seat = seat
			s.group.note("seat", time.Since(began))
			return nil
		}
		var refused *signalling.Error
		if !errors.As(err, &refused) || refused.RetryAfterMs == 0 {
			return err
		}
		s.group.refused(refused.Code)
		wait := time.Duration(float64(refused.RetryAfterMs)*(1+rand.Float64())) * time.Millisecond
		if !s.sleep(ctx, wait) {
			return err
		}
	}
}

// Enter does all of Join but the seat, which it has.
func (s *Student) Enter(ctx context.Context, late time.Duration) error {
	began := time.Now().Add(-late)
	s.viewer.entered = began
	first, err := s.arrive(ctx, began)
	if err != nil {
		return err
	}
	s.class.attend(s)
	s.offered.Store(first.Snapshot.SignalOffered)
	s.unasked.Store(!first.Snapshot.SignalOffered)
	s.awaited.Store(first.Snapshot.Status != "live")
	sounds := false
	if first.receives() {
		sounds = s.receiveFirst(ctx)
	}
	// Whoever is given nothing while somebody teaches has not come in.
	if sounds || (first.receives() && s.class.plays()) {
		if err := s.hear(ctx, began); err != nil {
			return err
		}
	}
	if s.wants.Contribute && first.Snapshot.SignalOffered {
		if err := s.contribute(ctx); err != nil {
			return fmt.Errorf("signal: %w", err)
		}
	}
	s.inside.Store(true)
	return nil
}

func (s *Student) hear(ctx context.Context, began time.Time) error {
	ready := time.Now()
	select {
	case <-s.heard:
		s.group.note("media", time.Since(ready))
		s.group.note("join", time.Since(began))
		return nil
	case <-ctx.Done():
		return fmt.Errorf("media: no sound arrived: %w", ctx.Err())
	case <-s.life.Done():
		return fmt.Errorf("media: %w", context.Canceled)
	}
}

// Leave goes as a page does that is closed on purpose.
func (s *Student) Leave() {
	s.goes()
	if client := s.client.Load(); client != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_ = client.Request(ctx, "leave", nothing{}, nil)
		cancel()
	}
	s.Vanish()
}

// goes is false for somebody who is gone already.
func (s *Student) goes() bool {
	s.leftAt.CompareAndSwap(0, time.Now().UnixNano())
	return !s.gone.Swap(true)
}

// Vanish goes without a word, as a device does that runs out of power.
func (s *Student) Vanish() {
	s.goes()
	s.end()
	if client := s.client.Swap(nil); client != nil {
		client.Close()
	}
	for _, one := range []*reopener{&s.receiving, &s.signalling, &s.publishing} {
		one.stop()
	}
	s.dropReception()
	s.dropSignal()
	s.dropStage()
	s.connected.Store(false)
	s.class.depart(s)
}

// Name under which the student sits in class.
func (s *Student) Name() string { return s.name }

// ask sends one message over the connection that there is, and decodes its result.
func (s *Student) ask(ctx context.Context, kind string, body, result any) error {
	client := s.client.Load()
	if client == nil {
		return signalling.ErrGone
	}
	return client.Request(ctx, kind, body, result)
}

// sleep is false when ctx or the student's life ended first.
func (s *Student) sleep(ctx context.Context, span time.Duration) bool {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.life.Done():
	}
	return false
}

// disturb notes that media or connection begin anew.
func (s *Student) disturb() {
	s.disturbedAt.Store(time.Now().UnixNano())
	s.disturbances.Add(1)
}

// linkEnded counts a media link that the server or the path ended. To who floods it is to happen, and to who has changed the network it may.
func (s *Student) linkEnded(which string) {
	if s.flooding.Load() == nil && !s.moved.Load() {
		s.group.LinksEnded.Add(1)
	}
	s.fail("a " + which + " link ended")
}

// fail counts something that should not happen; to who floods it is to happen.
func (s *Student) fail(what string) {
	if s.flooding.Load() == nil {
		s.class.Meter.fail(what)
	}
}

// addresses differ from one participant to the next: without them failures of one kind are counted together.
var addresses = regexp.MustCompile(`(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):\d+(->)?`)

// short is what a failure is counted under.
func short(err error) string {
	var refused *signalling.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	text := addresses.ReplaceAllString(err.Error(), "")
	return text[:min(len(text), 120)]
}
