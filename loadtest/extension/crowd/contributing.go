package crowd

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"lectern-loadtest/webrtc"
)

const (
	// WindowSpan is 5 s of the class clock.
	WindowSpan     = 5 * time.Second
	signalStreamID = 0
	// Devices finish a window this long after its end: what the model and their timers take.
	deviceSpread = 150 * time.Millisecond
	// As the web client: what waits is looked at this often, and a channel that could not be opened is tried again.
	lookEvery   = 5 * time.Second
	signalAgain = 2 * time.Second
	// Whoever is asked in class whether to contribute answers within this.
	answerWithin = 10 * time.Second
	// Of all windows this share abstains.
	abstainShare = 0.1
)

// signal is the way of one student's datagrams, while it is open.
type signal struct {
	student   *Student
	transport string
	link      *webrtc.Link
	channel   atomic.Pointer[webrtc.Channel]
	// counted is true while it counts as a contributor.
	counted atomic.Bool
	// What the rounds alone use.
	due, look time.Time
}

// contribute says Yes and opens the signal.
func (s *Student) contribute(ctx context.Context) error {
	yes := map[string]any{"permission": "contribute", "granted": true, "wording": "contribute-4", "language": "en"}
	if err := s.ask(ctx, "set-permission", yes, nil); err != nil {
		return err
	}
	s.contributes.Store(true)
	s.signalling.turn.Lock()
	defer s.signalling.turn.Unlock()
	mine := s.signalling.newest.Add(1)
	s.signalling.failed(s, mine, "signal", s.openSignal(ctx), s.openSignal, finalForSignal)
	return nil
}

// contributeFromNow is that of somebody who was in before the class asked for it: asked once it runs, they answer sooner or later.
func (s *Student) contributeFromNow() {
	ctx, cancel := context.WithTimeout(s.life, joinWithin)
	defer cancel()
	select {
	case <-s.heard:
	case <-ctx.Done():
		return
	}
	if !s.sleep(ctx, time.Duration(rand.Float64()*float64(answerWithin))) {
		return
	}
	s.unasked.Store(false)
	if err := s.contribute(ctx); err != nil && !s.gone.Load() {
		s.fail("signal: " + short(err))
	}
}

// finalForSignal are the refusals that stand until the page is told otherwise.
var finalForSignal = []string{"signal-off", "permission-missing"}

func (s *Student) signalAnew(after time.Duration) {
	s.signalling.after(s, after, "signal", s.openSignal, finalForSignal...)
}

// openSignal opens the third transport and its data channel, in the web client's order. The turn is held.
func (s *Student) openSignal(ctx context.Context) error {
	s.dropSignal()
	options, err := s.openTransport(ctx, "signal")
	if err != nil {
		return err
	}
	options.Through = s.through
	g := &signal{student: s, transport: options.TransportID}
	link, err := webrtc.Open(options, s.class.certificate, webrtc.Handlers{Closed: func() { s.signalEnded(g) }})
	if err != nil {
		return err
	}
	g.link = link
	s.signal.Store(g)
	if s.gone.Load() || !s.contributes.Load() {
		s.dropSignal()
		return nil
	}
	if err := s.connectSignal(ctx, g); err != nil {
		s.signal.CompareAndSwap(g, nil)
		g.link.Close()
		return err
	}
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
	ctx, cancel := context.WithTimeout(ctx, linkWithin)
	defer cancel()
	if err := g.link.Connect(ctx, func(string) {}); err != nil {
		return err
	}
	channel, err := g.link.OpenChannel(signalStreamID)
	if err != nil {
		return err
	}
	g.channel.Store(channel)
	g.counted.Store(true)
	s.group.Contributors.Add(1)
	if s.signal.Load() != g {
		g.uncount()
	}
	g.transmit(true)
	return nil
}

// signalEnded: the server closed the link from its side, or the path died.
func (s *Student) signalEnded(g *signal) {
	// What is sent and what is heard may both find it ended: it is one end.
	if s.gone.Load() || !s.signal.CompareAndSwap(g, nil) {
		return
	}
	s.noteCut(overSignal)
	s.linkEnded("signal")
	g.end()
	if s.connected.Load() && s.contributes.Load() {
		s.signalAnew(signalAgain)
	}
}

func (s *Student) dropSignal() {
	g := s.signal.Swap(nil)
	if g == nil {
		return
	}
	g.end()
}

func (g *signal) end() {
	g.uncount()
	g.link.Close()
}

func (g *signal) uncount() {
	if g.counted.Swap(false) {
		g.student.group.Contributors.Add(-1)
	}
}

// resyncSignal is what the web client does once signalling is back: what waits is sent, and the path proved.
func (s *Student) resyncSignal() {
	if !s.contributes.Load() {
		return
	}
	g := s.signal.Load()
	if g == nil {
		s.signalAnew(0)
		return
	}
	go func() {
		g.transmit(true)
		s.restartICE(s.life, g.transport, g.link, func() {
			if s.signal.Load() == g {
				s.dropSignal()
				s.signalAnew(0)
			}
		})
	}()
}

func (s *Student) acknowledged(windows acknowledged) {
	stored, notCounted := s.outbox.acknowledge(windows.Stored, windows.NotCounted)
	s.group.WindowsStored.Add(uint64(stored))
	s.group.WindowsRefused.Add(uint64(notCounted))
	s.owed.stored(windows.Stored)
	if r := s.recount.Load(); r != nil {
		r.take(windows)
	}
}

// owes counts the scores that fell due since the last time, of somebody who ought to contribute: whether they do or not.
func (s *Student) owes(now time.Time) {
	if at, known := s.class.classTime(now); known {
		due, missing := s.owed.look(at)
		s.group.ScoresDue.Add(due)
		s.group.ScoresMissing.Add(missing)
	}
}

// round makes one datagram after the end of each window, and looks at times for what was not answered.
func (g *signal) round(now time.Time) {
	if g.due.IsZero() {
		g.schedule(now)
		g.look = now.Add(lookEvery)
		return
	}
	if now.After(g.due) {
		ended, _ := g.student.class.classTime(now)
		if window := int64(ended/WindowSpan) - 1; window >= 0 {
			datagram := Datagram(uint32(window), rand.Float64(), rand.Float64() < abstainShare)
			if g.student.outbox.add(uint32(window), datagram, now) {
				g.transmit(false)
			}
		}
		g.schedule(now)
	}
	if now.After(g.look) {
		g.look = now.Add(lookEvery)
		g.transmit(false)
	}
}

// schedule says when the next window's datagram is due; nothing is due while the class clock is not known.
func (g *signal) schedule(now time.Time) {
	at, known := g.student.class.classTime(now)
	if !known {
		return
	}
	rest := WindowSpan - (at%WindowSpan+WindowSpan)%WindowSpan
	g.due = now.Add(rest + time.Duration(rand.Float64()*float64(deviceSpread)))
}

func (g *signal) transmit(all bool) {
	channel := g.channel.Load()
	if channel == nil {
		return
	}
	sent, err := g.student.outbox.transmit(time.Now(), all, channel.Send)
	g.student.group.DatagramsSent.Add(uint64(sent))
	if err != nil {
		// The server closed the channel, and perhaps nothing else: a browser takes that for the end of the link.
		go g.student.signalEnded(g)
	}
}
