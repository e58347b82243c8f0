package crowd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/pion/rtp"

	"lectern-loadtest/signalling"
	"lectern-loadtest/webrtc"
)

// joinWithin is how long anybody waits for a class; whoever waits longer has gone.
const joinWithin = 120 * time.Second

// Wants is what one student does in class.
type Wants struct {
	// Contribute sends a datagram for each window.
	Contribute bool
	// Video receives pictures too; without it the device says it cannot decode any.
	Video bool
}

// Student is one participant without a browser.
type Student struct {
	class *Class
	name  string
	wants Wants
	life  context.Context
	end   context.CancelFunc

	seat    *signalling.Seat
	pageID  string
	traffic signalling.Traffic

	// What follows changes in turn only.
	turn         sync.Mutex
	client       atomic.Pointer[signalling.Client]
	capabilities json.RawMessage
	link         *webrtc.Link
	transport    string
	signal       *signal

	streams    atomic.Pointer[[]*inbound]
	past       pastStreams
	heard      chan struct{}
	heardOnce  sync.Once
	lastSound  atomic.Int64
	lostSound  atomic.Bool
	welcome    chan *snapshot
	connected  atomic.Bool
	lostAt     atomic.Int64
	gone       atomic.Bool
	reconnects atomic.Int64
}

// pastStreams keeps what closed streams came to.
type pastStreams struct {
	audioExpected, audioLost, videoExpected, videoLost atomic.Uint64
	maxLate                                            atomic.Int64
}

// NewStudent makes a student; Join brings it in. It goes when ctx ends.
func NewStudent(ctx context.Context, class *Class, name string, wants Wants) *Student {
	life, end := context.WithCancel(ctx)
	s := &Student{
		class:   class,
		name:    name,
		wants:   wants,
		life:    life,
		end:     end,
		pageID:  uuid.NewString(),
		heard:   make(chan struct{}),
		welcome: make(chan *snapshot, 1),
	}
	s.streams.Store(&[]*inbound{})
	return s
}

// Join takes a seat, connects and receives, and resolves when the first sound has arrived; where nothing is on the stage, when
// everything is ready for it. Each phase is noted in the meter.
func (s *Student) Join(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, joinWithin)
	defer cancel()
	seated := time.Now()
	seat, err := s.class.TakeSeat(ctx, s.name)
	if err != nil {
		return fmt.Errorf("seat: %w", err)
	}
	s.seat = seat
	s.class.Meter.note("seat", time.Since(seated))
	return s.Enter(ctx)
}

// Enter does all of Join but the seat, which it has.
func (s *Student) Enter(ctx context.Context) error {
	began := time.Now()
	first, err := s.connect(ctx, began)
	if err != nil {
		return err
	}
	s.class.Meter.add(s)
	go s.keepClock()
	sounds, err := s.receiveAll(ctx, first, true)
	if err != nil {
		return err
	}
	if sounds {
		ready := time.Now()
		select {
		case <-s.heard:
		case <-ctx.Done():
			return fmt.Errorf("media: no sound arrived: %w", ctx.Err())
		}
		s.class.Meter.note("media", time.Since(ready))
		s.class.Meter.note("join", time.Since(began))
	}
	s.class.Meter.Joined.Add(1)
	if s.wants.Contribute && first.Snapshot.SignalOffered {
		s.turn.Lock()
		defer s.turn.Unlock()
		if err := s.contribute(ctx); err != nil {
			return fmt.Errorf("signal: %w", err)
		}
	}
	return nil
}

// Leave goes as a page does that is closed on purpose.
func (s *Student) Leave() {
	s.gone.Store(true)
	if client := s.client.Load(); client != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_ = client.Request(ctx, "leave", nothing{}, nil)
		cancel()
	}
	s.Vanish()
}

// Vanish goes without a word, as a device does that runs out of power.
func (s *Student) Vanish() {
	s.gone.Store(true)
	s.end()
	if client := s.client.Load(); client != nil {
		client.Close()
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	s.dropMedia()
	if s.connected.Swap(false) {
		s.class.Meter.Joined.Add(-1)
	}
}

// Move changes the device's address, as it does from one network to another.
func (s *Student) Move(ctx context.Context) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	for _, link := range []*webrtc.Link{s.link, s.signal.link()} {
		if link != nil {
			if err := link.Move(); err != nil {
				return err
			}
		}
	}
	return s.restartICE(ctx)
}

// connect opens signalling and waits for the snapshot.
func (s *Student) connect(ctx context.Context, began time.Time) (*snapshot, error) {
	hello := signalling.Handshake{
		Protocol:   signalling.Protocol,
		ClassID:    s.seat.ClassID,
		SeatID:     s.seat.SeatID,
		SeatSecret: s.seat.SeatSecret,
		PageID:     s.pageID,
	}
	client, err := signalling.Dial(ctx, s.class.Origin, hello, &s.traffic, signalling.Handlers{
		Message: s.message,
		Closed:  s.disconnected,
	})
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	s.client.Store(client)
	opened := time.Now()
	select {
	case first := <-s.welcome:
		s.class.Meter.note("open", opened.Sub(began))
		s.class.Meter.note("door", time.Since(opened))
		s.connected.Store(true)
		return first, nil
	case <-ctx.Done():
		client.Close()
		return nil, fmt.Errorf("door: %w", ctx.Err())
	case <-s.life.Done():
		client.Close()
		return nil, fmt.Errorf("door: %w", context.Canceled)
	}
}

func (s *Student) ask(ctx context.Context, kind string, body, result any) error {
	client := s.client.Load()
	if client == nil {
		return signalling.ErrGone
	}
	return client.Request(ctx, kind, body, result)
}

// message runs in the reading goroutine: it decides, and leaves what takes time to another.
func (s *Student) message(kind string, body []byte) {
	switch kind {
	case "snapshot":
		s.takeSnapshot(body)
	case "consumers-opened":
		var opened consumers
		if json.Unmarshal(body, &opened) == nil {
			s.later("consumers", func(ctx context.Context) error { return s.take(ctx, opened.Consumers) })
		}
	case "consumers-closed":
		var closed closedConsumers
		if json.Unmarshal(body, &closed) == nil {
			s.later("consumers", func(context.Context) error { s.drop(closed.ConsumerIDs); return nil })
		}
	case "media-reset":
		var reset mediaReset
		if json.Unmarshal(body, &reset) == nil {
			go s.reset(time.Duration(reset.AfterMs * float64(time.Millisecond)))
		}
	case "signal-acknowledged":
		var windows acknowledged
		if json.Unmarshal(body, &windows) == nil {
			s.class.Meter.WindowsStored.Add(uint64(len(windows.Stored)))
			s.class.Meter.WindowsRefused.Add(uint64(len(windows.NotCounted)))
			s.signal.acknowledge(windows)
		}
	case "pacing":
		s.notePacing(body)
	case "goodbye":
		var last goodbye
		_ = json.Unmarshal(body, &last)
		if !s.gone.Swap(true) && last.Reason != "class-ended" {
			s.class.Meter.fail("goodbye: " + last.Reason)
		}
	}
}

func (s *Student) takeSnapshot(body []byte) {
	first := &snapshot{}
	if err := json.Unmarshal(body, first); err != nil {
		s.class.Meter.fail("a snapshot that cannot be read")
		return
	}
	select {
	case s.welcome <- first:
	default:
		// One in place of a queue of updates: nothing of it is needed here.
	}
}

// later does something in turn, outside the reading goroutine.
func (s *Student) later(what string, work func(ctx context.Context) error) {
	go func() {
		s.turn.Lock()
		defer s.turn.Unlock()
		if err := work(s.life); err != nil && !s.gone.Load() && s.connected.Load() {
			s.class.Meter.fail(what + ": " + short(err))
		}
	}()
}

// sound notes a packet of sound, and how long there was none when the link is a new one.
func (s *Student) sound(arrived time.Time) {
	s.heardOnce.Do(func() { close(s.heard) })
	if s.lostSound.CompareAndSwap(true, false) {
		s.class.Meter.Outage.Add(arrived.Sub(time.Unix(0, s.lastSound.Load())))
	}
	s.lastSound.Store(arrived.UnixNano())
}

func (s *Student) packet(header *rtp.Header, _ []byte, arrived time.Time) {
	for _, in := range *s.streams.Load() {
		if in.ssrc != header.SSRC {
			continue
		}
		late, known := in.take(header, arrived)
		if in.audio() {
			s.sound(arrived)
			if known {
				s.class.Meter.Lateness.Add(late)
			}
		} else if known {
			s.class.Meter.VideoLateness.Add(late)
		}
		return
	}
}

// keepClock asks for the class clock as the web client does: a burst, then now and then. So does it say how good the link is.
func (s *Student) keepClock() {
	for n := 0; ; n++ {
		every := 20 * time.Second
		if n < 4 {
			every = 250 * time.Millisecond
		}
		asked := time.Now()
		var answer clockAnswer
		if err := s.ask(s.life, "clock", nothing{}, &answer); err == nil && answer.ClassClockMs != nil {
			s.class.noteClock(asked, time.Now(), *answer.ClassClockMs)
		}
		if n >= 4 {
			_ = s.ask(s.life, "quality", map[string]any{"rttMs": 1, "lossShare": 0}, nil)
		}
		select {
		case <-time.After(every):
		case <-s.life.Done():
			return
		}
	}
}

func (s *Student) disconnected(error) {
	if !s.connected.Swap(false) || s.gone.Load() {
		return
	}
	s.class.Meter.Joined.Add(-1)
	s.class.Meter.Disconnects.Add(1)
	s.lostAt.Store(time.Now().UnixNano())
	go s.comeBack()
}

// comeBack tries again with the web client's own waits (client/src/classroom/reconnect-policy.ts).
func (s *Student) comeBack() {
	const first, longest = 300 * time.Millisecond, 5 * time.Second
	for attempt := 0; !s.gone.Load(); attempt++ {
		ceiling := min(longest, first<<min(attempt, 10))
		wait := time.Duration(float64(ceiling) * (0.5 + rand.Float64()/2))
		select {
		case <-time.After(wait):
		case <-s.life.Done():
			return
		}
		err := s.returnOnce()
		if err == nil {
			return
		}
		var refused *signalling.Error
		if errors.As(err, &refused) && refused.RetryAfterMs > 0 {
			time.Sleep(time.Duration(float64(refused.RetryAfterMs)*(1+rand.Float64()/2)) * time.Millisecond)
		}
	}
}

func (s *Student) returnOnce() error {
	ctx, cancel := context.WithTimeout(s.life, joinWithin)
	defer cancel()
	s.turn.Lock()
	defer s.turn.Unlock()
	first, err := s.connect(ctx, time.Now())
	if err != nil {
		return err
	}
	s.class.Meter.Joined.Add(1)
	s.reconnects.Add(1)
	s.class.Meter.Reconnect.Add(time.Since(time.Unix(0, s.lostAt.Load())))
	return s.resync(ctx, first)
}

// addTo adds what this participant has counted.
func (s *Student) addTo(t *Totals, now time.Time) {
	t.BytesReceived += s.traffic.Received.Load()
	t.BytesSent += s.traffic.Sent.Load()
	expected, lost := s.past.audioExpected.Load(), s.past.audioLost.Load()
	t.VideoExpected += s.past.videoExpected.Load()
	t.VideoLost += s.past.videoLost.Load()
	worst := Worst{Name: s.name, MaxLate: time.Duration(s.past.maxLate.Load())}
	late := uint64(0)
	for _, in := range *s.streams.Load() {
		want, got := in.expected.Load(), in.received.Load()
		if !in.audio() {
			t.VideoExpected += want
			t.VideoLost += want - min(want, got)
			continue
		}
		missing := uint64(0)
		if !s.gone.Load() {
			missing = in.missing(now, s.class.ptime())
		}
		expected += want + missing
		lost += want - min(want, got) + missing
		late += in.late.Load()
		worst.MaxLate = max(worst.MaxLate, time.Duration(in.maxLate.Load()))
	}
	t.AudioExpected += expected
	t.AudioLost += lost
	if s.connected.Load() {
		t.Present++
	}
	if now.UnixNano()-s.lastSound.Load() < int64(time.Second) {
		t.Hearing++
	}
	if expected > 0 {
		worst.LostShare = float64(lost+late) / float64(expected)
	}
	if worst.LostShare > t.Worst.LostShare || (worst.LostShare == t.Worst.LostShare && worst.MaxLate > t.Worst.MaxLate) {
		t.Worst = worst
	}
}

func short(err error) string {
	var refused *signalling.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	text := err.Error()
	return text[:min(len(text), 120)]
}
