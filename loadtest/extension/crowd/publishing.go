package crowd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/pion/rtcp"

	"lectern-loadtest/stream"
	"lectern-loadtest/webrtc"
)

const (
	speechBitsPerSecond  = 40_000
	videoFramesPerSecond = 30
	defaultPtime         = 20 * time.Millisecond
	senderReportEvery    = time.Second
)

// Plays says what somebody publishes from the stage.
type Plays struct {
	// Ptime of the sound; zero takes what the server asks for.
	Ptime time.Duration
	// VideoBitsPerSecond of the camera; zero is none.
	VideoBitsPerSecond int
}

// publication is what one participant sends from the stage, over one transport.
type publication struct {
	student   *Student
	transport string
	name      string
	link      *webrtc.Link
	stop      context.CancelFunc
	// Of the transport: every packet has its number.
	numbers atomic.Uint32
	outs    atomic.Pointer[[]*outbound]
}

// openStage opens the sending transport and publishes what this participant plays, in the web client's order. The turn is held.
func (s *Student) openStage(ctx context.Context) error {
	s.dropStage()
	options, err := s.openTransport(ctx, "stage")
	if err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	options.Through = s.through
	life, stop := context.WithCancel(s.life)
	p := &publication{student: s, transport: options.TransportID, name: uuid.NewString(), stop: stop}
	p.outs.Store(&[]*outbound{})
	p.link, err = webrtc.Open(options, s.class.certificate, webrtc.Handlers{RTCP: p.feedback, Closed: func() { s.stageEnded(p) }})
	if err != nil {
		stop()
		return fmt.Errorf("stage: %w", err)
	}
	s.stage.Store(p)
	if err = p.publish(ctx, life); err != nil {
		if s.stage.CompareAndSwap(p, nil) {
			p.close()
		}
		return fmt.Errorf("stage: %w", err)
	}
	if s.gone.Load() || !s.publishes.Load() {
		s.dropStage()
	}
	return nil
}

func (p *publication) publish(ctx, life context.Context) error {
	s := p.student
	if err := s.ask(ctx, "connect-transport", connectTransport{p.transport, s.class.certificate.Parameters()}, nil); err != nil {
		return err
	}
	connecting, cancel := context.WithTimeout(ctx, linkWithin)
	defer cancel()
	if err := p.link.Connect(connecting, func(string) {}); err != nil {
		return err
	}
	go p.report(life)
	sound := p.add("audio", opusType, opusRate)
	if err := p.produce(ctx, "microphone", sound); err != nil {
		return err
	}
	go func() { _ = sound.source.PlayOpus(life, s.plays.Ptime, speechBitsPerSecond, sound.write) }()
	if s.plays.VideoBitsPerSecond == 0 {
		return nil
	}
	picture := p.add("video", vp8Type, vp8Rate)
	if err := p.produce(ctx, "camera", picture); err != nil {
		return err
	}
	go func() {
		_ = picture.source.PlayVP8(life, videoFramesPerSecond, s.plays.VideoBitsPerSecond, picture.write)
	}()
	return nil
}

func (p *publication) add(kind string, payloadType uint8, clockRate int) *outbound {
	before := *p.outs.Load()
	o := &outbound{
		source: stream.NewSource(rand.Uint32(), payloadType, clockRate),
		over:   p,
		kind:   kind,
		mid:    fmt.Sprint(len(before)),
	}
	if devices := p.student.class.devices.Load(); devices != nil {
		o.ids = extensionsOf(kind, devices.router)
	}
	if kind == "video" {
		o.again = rand.Uint32()
	}
	outs := append(append([]*outbound{}, before...), o)
	p.outs.Store(&outs)
	return o
}

func (p *publication) produce(ctx context.Context, source string, o *outbound) error {
	body := map[string]any{
		"transportId": p.transport, "source": source, "kind": o.kind, "paused": false,
		"rtpParameters": o.parameters(p.student.plays.Ptime),
	}
	var made struct {
		ProducerID string `json:"producerId"`
	}
	if err := p.student.ask(ctx, "produce", body, &made); err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	p.student.class.publish(made.ProducerID, o.source.Schedule)
	p.student.class.Meter.addSource(o.source)
	return nil
}

// report sends a sender report for each stream once a second, as browsers do: round trips and the streams' clocks hang on it.
func (p *publication) report(life context.Context) {
	ticker := time.NewTicker(senderReportEvery)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			for _, o := range *p.outs.Load() {
				if packet, err := o.report(now); err == nil && o.source.Sent.Load() > 0 {
					_ = p.link.WriteRTCP(packet)
				}
			}
		case <-life.Done():
			return
		}
	}
}

// feedback takes the server's RTCP: a picture loss asks for a key frame, a NACK for packets.
func (p *publication) feedback(packet []byte, _ time.Time) {
	parts, err := rtcp.Unmarshal(packet)
	if err != nil {
		return
	}
	for _, part := range parts {
		switch asked := part.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			for _, o := range *p.outs.Load() {
				if o.kind == "video" {
					o.source.AskKeyFrame()
				}
			}
		case *rtcp.TransportLayerNack:
			for _, o := range *p.outs.Load() {
				if o.source.SSRC == asked.MediaSSRC {
					o.repeat(numbersOf(asked.Nacks))
				}
			}
		}
	}
}

func numbersOf(pairs []rtcp.NackPair) []uint16 {
	numbers := []uint16{}
	for i := range pairs {
		numbers = append(numbers, pairs[i].PacketList()...)
	}
	return numbers
}

func (p *publication) close() {
	p.stop()
	p.link.Close()
}

func (s *Student) stageAnew(after time.Duration) {
	s.dropStage()
	s.publishing.after(s, after, "stage", s.openStage, "not-allowed")
}

// stageEnded: the server closed the link from its side, or the path died.
func (s *Student) stageEnded(p *publication) {
	if s.gone.Load() || s.stage.Load() != p {
		return
	}
	s.fail("a stage link ended")
	if s.connected.Load() && s.publishes.Load() {
		s.stageAnew(time.Second)
	}
}

// offStage ends what is published: back in the audience.
func (s *Student) offStage() {
	s.publishes.Store(false)
	s.publishing.stop()
	s.dropStage()
}

func (s *Student) dropStage() {
	if p := s.stage.Swap(nil); p != nil {
		p.close()
	}
}

// resyncStage proves the path of what is published once signalling is back, or publishes it again.
func (s *Student) resyncStage() {
	if !s.publishes.Load() {
		return
	}
	p := s.stage.Load()
	if p == nil {
		s.stageAnew(0)
		return
	}
	go s.restartICE(s.life, p.transport, p.link, func() {
		if s.stage.Load() == p {
			s.stageAnew(0)
		}
	})
}

func (s *Student) openTransport(ctx context.Context, purpose string) (webrtc.Options, error) {
	var options webrtc.Options
	err := s.ask(ctx, "open-transport", openTransport{Purpose: purpose}, &options)
	return options, err
}
