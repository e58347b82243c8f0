package crowd

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"lectern-loadtest/webrtc"
)

const (
	// WindowSpan is 5 s of the class clock.
	WindowSpan     = 5 * time.Second
	signalStreamID = 0
	datagramBytes  = 16
	// Devices finish a window this long after its end: what the model and their timers take.
	deviceSpread = 150 * time.Millisecond
	// As the web client: what is not answered by then is sent again.
	resendAfter = 10 * time.Second
	giveUpAfter = 2 * time.Minute
	// Of all windows this share abstains.
	abstainShare = 0.1
)

// signal is the way of one student's datagrams.
type signal struct {
	transport string
	over      *webrtc.Link
	channel   *webrtc.Channel
	stop      context.CancelFunc

	mu      sync.Mutex
	waiting map[uint32]pending
}

type pending struct {
	datagram []byte
	made     time.Time
	sent     time.Time
}

func (g *signal) link() *webrtc.Link {
	if g == nil {
		return nil
	}
	return g.over
}

func (g *signal) id() string {
	if g == nil {
		return ""
	}
	return g.transport
}

func (g *signal) acknowledge(windows acknowledged) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, list := range [][]uint32{windows.Stored, windows.NotCounted} {
		for _, window := range list {
			delete(g.waiting, window)
		}
	}
}

func (g *signal) close() {
	if g == nil {
		return
	}
	g.stop()
	if g.over != nil {
		g.over.Close()
	}
}

// contribute says Yes and opens the signal. The turn is held.
func (s *Student) contribute(ctx context.Context) error {
	yes := map[string]any{"permission": "contribute", "granted": true, "wording": "contribute-4", "language": "en"}
	if err := s.ask(ctx, "set-permission", yes, nil); err != nil {
		return err
	}
	return s.openSignal(ctx)
}

// openSignal opens the third transport and its data channel, in the web client's order. The turn is held.
func (s *Student) openSignal(ctx context.Context) error {
	options := &webrtc.Options{}
	if err := s.ask(ctx, "open-transport", openTransport{Purpose: "signal"}, options); err != nil {
		return err
	}
	life, stop := context.WithCancel(s.life)
	link, err := webrtc.Open(*options, s.class.certificate, webrtc.Handlers{Closed: stop})
	if err != nil {
		stop()
		return err
	}
	g := &signal{transport: options.TransportID, over: link, stop: stop, waiting: map[uint32]pending{}}
	if err := s.connectSignal(ctx, g); err != nil {
		g.close()
		return err
	}
	s.signal = g
	go s.sendWindows(life, g)
	return nil
}

func (s *Student) connectSignal(ctx context.Context, g *signal) error {
	connect := connectTransport{g.transport, s.class.certificate.Parameters()}
	if err := s.ask(ctx, "connect-transport", connect, nil); err != nil {
		return err
	}
	produce := map[string]any{
		"transportId":          g.transport,
		"sctpStreamParameters": map[string]any{"streamId": signalStreamID, "ordered": false},
	}
	if err := s.ask(ctx, "produce-signal", produce, nil); err != nil {
		return err
	}
	if err := g.over.Connect(ctx, func(string) {}); err != nil {
		return err
	}
	channel, err := g.over.OpenChannel(signalStreamID)
	g.channel = channel
	return err
}

// sendWindows sends one datagram after the end of each window.
func (s *Student) sendWindows(ctx context.Context, g *signal) {
	s.class.Meter.Contributors.Add(1)
	defer s.class.Meter.Contributors.Add(-1)
	random := rand.New(rand.NewPCG(rand.Uint64(), 5))
	for {
		now, known := s.class.classTime(time.Now())
		wait := time.Second
		if known {
			wait = WindowSpan - now%WindowSpan + time.Duration(random.Float64()*float64(deviceSpread))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		if !known {
			continue
		}
		ended, _ := s.class.classTime(time.Now())
		g.send(s.class.Meter, uint32(ended/WindowSpan)-1, random)
	}
}

func (g *signal) send(meter *Meter, window uint32, random *rand.Rand) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.waiting[window] = pending{datagram: Datagram(window, random.Float64(), random.Float64() < abstainShare), made: now}
	for number, p := range g.waiting {
		if now.Sub(p.made) > giveUpAfter {
			delete(g.waiting, number)
			continue
		}
		if !p.sent.IsZero() && now.Sub(p.sent) < resendAfter {
			continue
		}
		if g.channel.Send(p.datagram) == nil {
			meter.DatagramsSent.Add(1)
			p.sent = now
			g.waiting[number] = p
		}
	}
}

// Datagram is one window as it travels (contracts/src/datagram.ts): a score in 0..1, or an abstention because it is too dark.
func Datagram(window uint32, score float64, abstains bool) []byte {
	const (
		version, facePresent, pageVisible, scored = 1, 1, 2, 4
		tooDark                                   = 3
		modelTag                                  = 1
	)
	bytes := make([]byte, datagramBytes)
	bytes[0] = version
	bytes[1] = facePresent | pageVisible
	binary.BigEndian.PutUint32(bytes[4:], window)
	binary.BigEndian.PutUint32(bytes[10:], modelTag)
	if abstains {
		bytes[2] = tooDark
		return bytes
	}
	bytes[1] |= scored
	binary.BigEndian.PutUint16(bytes[8:], uint16(math.Round(score*65535)))
	return bytes
}
