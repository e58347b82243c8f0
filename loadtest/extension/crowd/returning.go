package crowd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"lectern-loadtest/signalling"
	"lectern-loadtest/webrtc"
)

// restartWithin is how long a restart of ICE is waited for, as in client/src/classroom/transport-link.ts.
const restartWithin = 8 * time.Second

// passing are the refusals after which a browser comes back by itself.
var passing = []string{"class-full", "class-locked", "too-many", "unavailable", "internal"}

// arrive connects until the snapshot is there, with the web client's waits in between. A refusal that stands is given back.
func (s *Student) arrive(ctx context.Context, began time.Time) (*snapshot, error) {
	for attempt := 1; ; attempt++ {
		first, err := s.connect(ctx, began)
		if err == nil {
			return first, nil
		}
		var refused *signalling.Error
		isRefusal := errors.As(err, &refused)
		if isRefusal && !slices.Contains(passing, refused.Code) || ctx.Err() != nil || s.gone.Load() {
			return nil, err
		}
		wait := s.reconnectDelay(attempt)
		if isRefusal {
			s.group.refused(refused.Code)
			if refused.RetryAfterMs > 0 {
				wait = time.Duration(float64(refused.RetryAfterMs)*(1+rand.Float64()/2)) * time.Millisecond
			}
		}
		if !s.sleep(ctx, wait) {
			return nil, err
		}
	}
}

// reconnectDelay is that of client/src/classroom/reconnect-policy.ts.
func (s *Student) reconnectDelay(attempt int) time.Duration {
	const first, longest, longestForAwaited = 300 * time.Millisecond, 5 * time.Second, time.Second
	ceiling := min(longest, first<<min(attempt-1, 10))
	if s.staff || s.publishes.Load() {
		ceiling = min(ceiling, longestForAwaited)
	}
	return time.Duration(float64(ceiling) * (0.5 + rand.Float64()/2))
}

// connect opens signalling once and waits for the snapshot.
func (s *Student) connect(ctx context.Context, began time.Time) (*snapshot, error) {
	hello := signalling.Handshake{
		Protocol:   signalling.Protocol,
		ClassID:    s.seat.ClassID,
		SeatID:     s.seat.SeatID,
		SeatSecret: s.seat.SeatSecret,
		PageID:     s.pageID,
	}
	c := &connection{student: s, welcome: make(chan *snapshot, 1)}
	client, err := signalling.Dial(ctx, s.class.Origin, hello, &s.traffic, s.wants.Signalling, signalling.Handlers{
		Message: c.message,
		Closed:  func(error) { s.disconnected(c) },
	})
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	opened := time.Now()
	s.client.Store(client)
	select {
	case first := <-c.welcome:
		s.group.note("open", opened.Sub(began))
		s.group.note("door", time.Since(opened))
		s.receives.Store(first.receives())
		s.connectedAt.Store(time.Now().UnixNano())
		s.connected.Store(true)
		if c.entered() {
			return first, nil
		}
		err = signalling.ErrGone
	case <-client.Gone():
		err = signalling.ErrGone
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.life.Done():
		err = context.Canceled
	}
	client.Close()
	s.connected.Store(false)
	s.client.CompareAndSwap(client, nil)
	if s.gone.Load() {
		err = context.Canceled
	}
	return nil, fmt.Errorf("door: %w", err)
}

// disconnected: this connection is lost. One that was never entered is the business of whoever waits for it.
func (s *Student) disconnected(c *connection) {
	if !c.lost() || s.gone.Load() {
		return
	}
	s.noteCut(overSignalling)
	if s.flooding.Load() == nil {
		s.group.Disconnects.Add(1)
	}
	s.lose()
}

// lose begins to come back.
func (s *Student) lose() {
	s.connected.Store(false)
	s.disturb()
	s.lostAt.Store(time.Now().UnixNano())
	go s.comeBack()
}

func (s *Student) comeBack() {
	if !s.sleep(s.life, s.reconnectDelay(1)) {
		return
	}
	first, err := s.arrive(s.life, time.Now())
	if err != nil {
		if !s.gone.Load() && s.life.Err() == nil {
			s.fail("come back: " + short(err))
		}
		return
	}
	s.noteReturn(first)
	s.group.Reconnect.Add(time.Since(time.Unix(0, s.lostAt.Load())))
	s.resync(first)
}

// resync finds after a snapshot what is still there, and proves the paths; each part by itself, as in the web client.
func (s *Student) resync(first *snapshot) {
	if first.receives() {
		if s.media.Load() == nil {
			s.receiveAnew(0)
		} else {
			s.inTurn("resync", s.resyncReception)
		}
	}
	s.resyncSignal()
	s.resyncStage()
}

func (s *Student) resyncReception(ctx context.Context, r *reception) error {
	var offered consumers
	err := s.ask(ctx, "receive", receive{r.transport, s.capabilities()}, &offered)
	if err == nil {
		current := map[string]bool{}
		for _, offer := range offered.Consumers {
			current[offer.ConsumerID] = true
		}
		r.keep(func(in *inbound) bool { return current[in.offer.ConsumerID] })
		// What was asked over an earlier connection may never have arrived.
		known := slices.DeleteFunc(slices.Clone(offered.Consumers), func(o consumerOffer) bool { return !r.knows(o.ConsumerID) })
		if len(known) > 0 {
			err = s.resume(ctx, known)
		}
	}
	if err == nil {
		err = s.take(ctx, r, offered.Consumers)
	}
	if err == nil {
		s.restartICE(ctx, r.transport, r.link, func() {
			if s.media.Load() == r {
				s.receiveAnew(0)
			}
		})
	}
	if isRefused(err, "media-gone") {
		return s.reopenReception(ctx)
	}
	return err
}

// restartICE asks for new credentials of a link and proves its path; `broken` is called where that does not help.
func (s *Student) restartICE(ctx context.Context, transport string, link *webrtc.Link, broken func()) {
	var answer iceAnswer
	err := s.ask(ctx, "restart-ice", transportID{transport}, &answer)
	if isRefused(err, "unavailable") || errors.Is(err, signalling.ErrGone) {
		// Signalling comes back and asks again.
		return
	}
	if err != nil {
		broken()
		return
	}
	if !link.Connected() {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(s.life, restartWithin)
		defer cancel()
		if link.RestartICE(ctx, answer.ICEParameters) != nil && !s.gone.Load() {
			broken()
		}
	}()
}

// Roam changes the device's network: another address for every link, and signalling cut off without a word. It comes back over the new one.
func (s *Student) Roam() error {
	s.receiving.turn.Lock()
	defer s.receiving.turn.Unlock()
	links := []*webrtc.Link{}
	if r := s.media.Load(); r != nil {
		links = append(links, r.link)
	}
	if g := s.signal.Load(); g != nil {
		links = append(links, g.link)
	}
	if p := s.stage.Load(); p != nil {
		links = append(links, p.link)
	}
	for _, link := range links {
		if err := link.Move(); err != nil {
			return err
		}
	}
	s.moved.Store(true)
	s.group.Roamed.Add(1)
	if client := s.client.Swap(nil); client != nil {
		client.Abandon()
		s.lose()
	}
	return nil
}
