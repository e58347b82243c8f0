package crowd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lectern-loadtest/signalling"
	"lectern-loadtest/webrtc"
)

// receiveAll opens the receiving transport for all that is on the stage, as the web client does: the transport, what there is to receive,
// and, only where there is something, the link. True when sound is to come.
func (s *Student) receiveAll(ctx context.Context, first *snapshot, timed bool) (bool, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	began := time.Now()
	s.capabilities = first.Snapshot.RtpCapabilities
	if !s.wants.Video {
		s.capabilities = withoutVideo(s.capabilities)
	}
	options := &webrtc.Options{}
	if err := s.ask(ctx, "open-transport", openTransport{Purpose: "receive"}, options); err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	s.transport = options.TransportID
	link, err := webrtc.Open(*options, s.class.certificate, webrtc.Handlers{
		RTP:    s.packet,
		Closed: func() { s.linkEnded() },
	})
	if err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	s.link = link
	var offered consumers
	if err := s.ask(ctx, "receive", receive{s.transport, s.capabilities}, &offered); err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	if len(offered.Consumers) == 0 {
		return false, nil
	}
	return s.startLink(ctx, offered.Consumers, began, timed)
}

// startLink does what follows the first consumer: the link's two handshakes run while the server is asked to resume.
func (s *Student) startLink(ctx context.Context, offered []consumerOffer, began time.Time, timed bool) (bool, error) {
	note := func(string, time.Duration) {}
	if timed {
		note = s.class.Meter.note
	}
	if err := s.ask(ctx, "connect-transport", connectTransport{s.transport, s.class.certificate.Parameters()}, nil); err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	sounds := s.listen(offered)
	linked := make(chan error, 1)
	link := s.link
	go func() {
		at := time.Now()
		linked <- link.Connect(ctx, func(phase string) {
			note(phase, time.Since(at))
			at = time.Now()
		})
	}()
	err := s.resume(ctx, offered)
	note("transport", time.Since(began))
	if err != nil {
		return false, fmt.Errorf("transport: %w", err)
	}
	return sounds, <-linked
}

// listen makes a stream for each new consumer; true when one of them is sound that somebody sends now.
func (s *Student) listen(offered []consumerOffer) bool {
	sounds := false
	streams := append([]*inbound{}, *s.streams.Load()...)
	for _, offer := range offered {
		if len(offer.RtpParameters.Encodings) == 0 {
			continue
		}
		schedule := s.class.scheduleOf(offer.ProducerID)
		streams = append(streams, &inbound{offer: offer, ssrc: offer.RtpParameters.Encodings[0].SSRC, schedule: schedule})
		sounds = sounds || (offer.Kind == "audio" && schedule != nil)
	}
	s.streams.Store(&streams)
	return sounds
}

func (s *Student) resume(ctx context.Context, offered []consumerOffer) error {
	ids := make([]string, len(offered))
	for i, offer := range offered {
		ids[i] = offer.ConsumerID
	}
	return s.ask(ctx, "resume-consumers", consumerIDs{ids}, nil)
}

// take adds consumers that the server opened later.
func (s *Student) take(ctx context.Context, offered []consumerOffer) error {
	if s.link == nil {
		return nil
	}
	known := map[string]bool{}
	for _, in := range *s.streams.Load() {
		known[in.offer.ConsumerID] = true
	}
	fresh := offered[:0]
	for _, offer := range offered {
		if !known[offer.ConsumerID] {
			fresh = append(fresh, offer)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if len(known) == 0 && !s.link.Connected() {
		_, err := s.startLink(ctx, fresh, time.Now(), false)
		return err
	}
	s.listen(fresh)
	return s.resume(ctx, fresh)
}

// drop folds closed consumers into what is past.
func (s *Student) drop(ids []string) {
	gone := map[string]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	s.keepStreams(func(in *inbound) bool { return !gone[in.offer.ConsumerID] })
}

func (s *Student) keepStreams(keep func(*inbound) bool) {
	kept := []*inbound{}
	for _, in := range *s.streams.Load() {
		if keep(in) {
			kept = append(kept, in)
			continue
		}
		expected, received := in.expected.Load(), in.received.Load()
		lost := expected - min(expected, received)
		if in.audio() {
			s.past.audioExpected.Add(expected)
			s.past.audioLost.Add(lost)
			s.past.maxLate.Store(max(s.past.maxLate.Load(), in.maxLate.Load()))
		} else {
			s.past.videoExpected.Add(expected)
			s.past.videoLost.Add(lost)
		}
	}
	s.streams.Store(&kept)
}

// reset begins all media anew: the server lost them.
func (s *Student) reset(after time.Duration) {
	s.turn.Lock()
	contributed := s.signal != nil
	s.dropMedia()
	s.turn.Unlock()
	s.lostSound.Store(s.lastSound.Load() != 0)
	select {
	case <-time.After(after):
	case <-s.life.Done():
		return
	}
	s.rebuild(contributed)
}

func (s *Student) rebuild(contributed bool) {
	for !s.gone.Load() && s.connected.Load() {
		ctx, cancel := context.WithTimeout(s.life, joinWithin)
		err := s.openMedia(ctx, contributed)
		cancel()
		if err == nil {
			return
		}
		if s.gone.Load() {
			return
		}
		s.class.Meter.fail("rebuild: " + short(err))
		select {
		case <-time.After(time.Second):
		case <-s.life.Done():
			return
		}
	}
}

func (s *Student) openMedia(ctx context.Context, contributed bool) error {
	first := &snapshot{}
	first.Snapshot.RtpCapabilities = s.capabilities
	s.turn.Lock()
	s.dropMedia()
	s.turn.Unlock()
	if _, err := s.receiveAll(ctx, first, false); err != nil {
		return err
	}
	if !contributed {
		return nil
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.openSignal(ctx)
}

// resync finds after a reconnect what is still there, and proves the paths.
func (s *Student) resync(ctx context.Context, first *snapshot) error {
	if s.link == nil {
		return nil
	}
	var offered consumers
	err := s.ask(ctx, "receive", receive{s.transport, s.capabilities}, &offered)
	if err == nil {
		current := map[string]bool{}
		for _, offer := range offered.Consumers {
			current[offer.ConsumerID] = true
		}
		s.keepStreams(func(in *inbound) bool { return current[in.offer.ConsumerID] })
		// What was asked over an earlier connection may never have arrived.
		if err = s.resume(ctx, offered.Consumers); err == nil {
			if err = s.take(ctx, offered.Consumers); err == nil {
				err = s.restartICE(ctx)
			}
		}
	}
	if err == nil {
		return nil
	}
	var refused *signalling.Error
	if errors.As(err, &refused) && refused.Code == "media-gone" {
		contributed := s.signal != nil
		s.lostSound.Store(s.lastSound.Load() != 0)
		s.dropMedia()
		go s.rebuild(contributed)
		return nil
	}
	return err
}

// restartICE asks for new credentials for each link and proves its path.
func (s *Student) restartICE(ctx context.Context) error {
	for id, link := range map[string]*webrtc.Link{s.transport: s.link, s.signal.id(): s.signal.link()} {
		if link == nil || !link.Connected() {
			continue
		}
		var answer iceAnswer
		if err := s.ask(ctx, "restart-ice", transportID{id}, &answer); err != nil {
			return err
		}
		if err := link.RestartICE(ctx, answer.ICEParameters); err != nil {
			return err
		}
	}
	return nil
}

// linkEnded: the server closed the link from its side, or the path died. Signalling tells where it was a worker's death.
func (s *Student) linkEnded() {
	if s.gone.Load() {
		return
	}
	s.lostSound.Store(s.lastSound.Load() != 0)
	s.class.Meter.fail("a receiving link ended")
}

func (s *Student) dropMedia() {
	if s.link != nil {
		s.link.Close()
		s.link = nil
	}
	s.keepStreams(func(*inbound) bool { return false })
	s.signal.close()
	s.signal = nil
}

// withoutVideo takes the codecs of pictures out of what a device says it can decode.
func withoutVideo(raw json.RawMessage) json.RawMessage {
	var capabilities map[string]json.RawMessage
	if json.Unmarshal(raw, &capabilities) != nil {
		return raw
	}
	for _, list := range []string{"codecs", "headerExtensions"} {
		var all []json.RawMessage
		if json.Unmarshal(capabilities[list], &all) != nil {
			continue
		}
		kept := []json.RawMessage{}
		for _, one := range all {
			var kind struct {
				Kind string `json:"kind"`
			}
			if json.Unmarshal(one, &kind) == nil && kind.Kind == "audio" {
				kept = append(kept, one)
			}
		}
		capabilities[list], _ = json.Marshal(kept)
	}
	stripped, err := json.Marshal(capabilities)
	if err != nil {
		return raw
	}
	return stripped
}
