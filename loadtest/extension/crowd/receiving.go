package crowd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lectern-loadtest/signalling"
)

// linkWithin is how long browsers go on trying a link before they call it failed.
const linkWithin = 30 * time.Second

// receiveFirst opens the receiving transport for all that is on the stage, and tells whether sound is to come. What fails is tried again.
func (s *Student) receiveFirst(ctx context.Context) bool {
	s.receiving.turn.Lock()
	defer s.receiving.turn.Unlock()
	mine := s.receiving.newest.Add(1)
	sounds, err := s.openReception(ctx, true)
	if err != nil {
		s.receiving.failed(s, mine, "receive", err, s.reopenReception, nil)
		// Whether there is something to hear shows with the next answer; whoever teaches here is heard.
		return s.class.ptime() > 0
	}
	return sounds
}

// receiveAnew drops what there is at once, and opens it again after this long.
func (s *Student) receiveAnew(after time.Duration) {
	s.dropReception()
	s.receiving.after(s, after, "receive", s.reopenReception)
}

func (s *Student) reopenReception(ctx context.Context) error {
	s.dropReception()
	_, err := s.openReception(ctx, false)
	return err
}

// openReception does what the web client does, in its order: the transport, what there is to receive, and, only where there is something, the
// link. The turn is held.
func (s *Student) openReception(ctx context.Context, timed bool) (bool, error) {
	began := time.Now()
	options, err := s.openTransport(ctx, "receive")
	if err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	r, err := s.newReception(options)
	if err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	if before := s.media.Swap(r); before != nil {
		before.close()
	}
	if s.gone.Load() {
		s.dropReception()
		return false, signalling.ErrGone
	}
	var offered consumers
	if err := s.ask(ctx, "receive", receive{r.transport, s.capabilities()}, &offered); err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	if len(offered.Consumers) == 0 {
		return false, nil
	}
	return s.startLink(ctx, r, offered.Consumers, began, timed)
}

// startLink does what follows the first consumer: the link's two handshakes run while the server is asked to resume.
func (s *Student) startLink(ctx context.Context, r *reception, offered []consumerOffer, began time.Time, timed bool) (bool, error) {
	note := func(string, time.Duration) {}
	if timed {
		note = s.group.note
	}
	if err := s.ask(ctx, "connect-transport", connectTransport{r.transport, s.class.certificate.Parameters()}, nil); err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	sounds := r.listen(offered)
	go s.link(r, note)
	err := s.resume(ctx, offered)
	note("transport", time.Since(began))
	if err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	return sounds, nil
}

// link does the handshakes. Nobody waits for them but the first sound; where they fail, receiving begins anew.
func (s *Student) link(r *reception, note func(string, time.Duration)) {
	ctx, cancel := context.WithTimeout(s.life, linkWithin)
	defer cancel()
	at := time.Now()
	err := r.link.Connect(ctx, func(phase string) {
		note(phase, time.Since(at))
		at = time.Now()
	})
	if err == nil || s.gone.Load() || s.media.Load() != r {
		return
	}
	s.fail("link: " + short(err))
	if s.connected.Load() {
		s.receiveAnew(time.Second)
	}
}

func (s *Student) capabilities() []byte {
	devices := s.class.devices.Load()
	if devices == nil {
		return []byte("{}")
	}
	if s.wants.Video {
		return devices.sees
	}
	return devices.hears
}

func (s *Student) resume(ctx context.Context, offered []consumerOffer) error {
	ids := make([]string, len(offered))
	for i, offer := range offered {
		ids[i] = offer.ConsumerID
	}
	err := s.ask(ctx, "resume-consumers", consumerIDs{ids}, nil)
	if err == nil {
		go s.preferLayers()
	}
	return err
}

// opened adds consumers that the server opened later.
func (s *Student) opened(offered []consumerOffer) {
	s.inTurn("consumers", func(ctx context.Context, r *reception) error { return s.take(ctx, r, offered) })
}

func (s *Student) take(ctx context.Context, r *reception, offered []consumerOffer) error {
	first := len(*r.streams.Load()) == 0 && !r.link.Connected()
	fresh := []consumerOffer{}
	for _, offer := range offered {
		if !r.knows(offer.ConsumerID) {
			fresh = append(fresh, offer)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if first {
		_, err := s.startLink(ctx, r, fresh, time.Now(), false)
		return err
	}
	r.listen(fresh)
	return s.resume(ctx, fresh)
}

// closed folds consumers into what is past: their producers are gone.
func (s *Student) closed(ids []string) {
	s.inTurn("consumers", func(_ context.Context, r *reception) error {
		gone := map[string]bool{}
		for _, id := range ids {
			gone[id] = true
		}
		r.keep(func(in *inbound) bool { return !gone[in.offer.ConsumerID] })
		return nil
	})
}

// inTurn does something with the reception that there is, outside the reading goroutine. A failure opens it anew, as in the web client.
func (s *Student) inTurn(what string, work func(ctx context.Context, r *reception) error) {
	go func() {
		s.receiving.turn.Lock()
		defer s.receiving.turn.Unlock()
		mine := s.receiving.newest.Load()
		r := s.media.Load()
		if r == nil || s.gone.Load() {
			return
		}
		s.receiving.failed(s, mine, what, work(s.life, r), s.reopenReception, nil)
	}()
}

// receptionEnded: the server closed the link from its side, or the path died.
func (s *Student) receptionEnded(r *reception) {
	if s.gone.Load() || s.media.Load() != r {
		return
	}
	s.noteCut(overReceiving)
	s.disturb()
	s.linkEnded("receiving")
	if s.connected.Load() {
		s.receiveAnew(time.Second)
	}
}

func (s *Student) dropReception() {
	if r := s.media.Swap(nil); r != nil {
		r.close()
	}
}

func isRefused(err error, code string) bool {
	var refused *signalling.Error
	return errors.As(err, &refused) && refused.Code == code
}
