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
	picturesPerSecond = 30
	defaultPtime      = 20 * time.Millisecond
	senderReportEvery = time.Second
	// The media of a publication, in the order of their making.
	soundMid, cameraMid = "0", "1"
)

// Plays says what somebody publishes from the stage.
type Plays struct {
	// Ptime of the sound; zero takes what the server asks for.
	Ptime time.Duration
	// VideoBitsPerSecond of the camera's largest pictures; zero is no camera.
	VideoBitsPerSecond int
	// teaches is true of the teacher's own, which everybody ought to see.
	teaches bool
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
	// Whoever left the stage meanwhile found nothing to close.
	if s.gone.Load() || !s.publishes.Load() {
		s.dropStage()
		return nil
	}
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
	if err := p.publishSound(ctx, life); err != nil {
		return err
	}
	if s.plays.VideoBitsPerSecond == 0 {
		return nil
	}
	return p.publishCamera(ctx, life)
}

func (p *publication) publishSound(ctx, life context.Context) error {
	ptime := p.student.plays.Ptime
	speech, err := stream.NewSpeech(ptime)
	if err != nil {
		return err
	}
	sound := p.outbound("audio", soundMid, stream.NewSource(rand.Uint32(), opusType, opusRate))
	id, err := p.produce(ctx, "microphone", "audio", sound.soundParameters(ptime), sound)
	if err != nil {
		return err
	}
	// The server's answer was waited for: what would have been due meanwhile was never to leave.
	sound.source.Schedule.Begin(time.Now())
	p.student.class.publish(id, sound.source.Schedule)
	if p.student.plays.teaches {
		p.student.class.taughtFrom.Store(time.Now().UnixNano())
	}
	go func() { _ = sound.source.PlayOpus(life, speech, sound.write) }()
	return nil
}

// publishCamera sends what the web client sends of a camera: three encodings of each picture.
func (p *publication) publishCamera(ctx, life context.Context) error {
	top := p.student.plays.VideoBitsPerSecond
	camera := stream.NewCamera(vp8Type, cameraBits(top))
	outs, writers := []*outbound{}, []stream.Writer{}
	for n, encoding := range camera.Encodings {
		o := p.outbound("video", cameraMid, encoding.Source)
		o.picture, o.rid, o.again = encoding, fmt.Sprintf("r%d", n), rand.Uint32()
		outs, writers = append(outs, o), append(writers, o.write)
	}
	id, err := p.produce(ctx, "camera", "video", cameraParameters(outs), outs...)
	if err != nil {
		return err
	}
	begins := time.Now()
	for _, encoding := range camera.Encodings {
		encoding.Schedule.Begin(begins)
	}
	p.student.class.publish(id, camera.Schedule())
	if p.student.plays.teaches {
		p.student.class.cameraBits.Store(int64(top))
	}
	go func() { _ = camera.Play(life, picturesPerSecond, writers) }()
	return nil
}

func (p *publication) outbound(kind, mid string, source *stream.Source) *outbound {
	o := &outbound{source: source, over: p, mid: mid}
	if devices := p.student.class.devices.Load(); devices != nil {
		o.ids = extensionsOf(kind, devices.router)
	}
	return o
}

// produce tells the server what the streams are, and gives the producer's id. From then on they are reported on.
func (p *publication) produce(ctx context.Context, source, kind string, parameters map[string]any, outs ...*outbound) (string, error) {
	body := map[string]any{"transportId": p.transport, "source": source, "kind": kind, "paused": false, "rtpParameters": parameters}
	var made struct {
		ProducerID string `json:"producerId"`
	}
	all := append(append([]*outbound{}, *p.outs.Load()...), outs...)
	p.outs.Store(&all)
	if err := p.student.ask(ctx, "produce", body, &made); err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	for _, o := range outs {
		p.student.class.Meter.addSource(o.source)
	}
	return made.ProducerID, nil
}

// report sends a sender report for each stream once a second, as browsers do: round trips and the streams' clocks hang on it.
func (p *publication) report(life context.Context) {
	ticker := time.NewTicker(senderReportEvery)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			for _, o := range *p.outs.Load() {
				// Its schedule begins just before the first packet: until then there is no clock to report.
				if o.source.Sent.Load() == 0 {
					continue
				}
				if packet, err := o.report(now); err == nil {
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
		case *rtcp.PictureLossIndication:
			p.askKeyFrame(asked.MediaSSRC)
		case *rtcp.FullIntraRequest:
			for _, one := range asked.FIR {
				p.askKeyFrame(one.SSRC)
			}
		case *rtcp.TransportLayerNack:
			if o := p.of(asked.MediaSSRC); o != nil {
				o.repeat(numbersOf(asked.Nacks))
			}
		}
	}
}

// askKeyFrame asks the encoding that is meant, and no other.
func (p *publication) askKeyFrame(ssrc uint32) {
	if o := p.of(ssrc); o != nil && o.picture != nil {
		o.picture.AskKeyFrame()
	}
}

func (p *publication) of(ssrc uint32) *outbound {
	for _, o := range *p.outs.Load() {
		if o.source.SSRC == ssrc {
			return o
		}
	}
	return nil
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
	s.linkEnded("stage")
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
