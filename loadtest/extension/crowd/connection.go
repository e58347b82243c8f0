package crowd

import (
	"encoding/json"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// connection is one signalling connection of a student: what the server says over it.
type connection struct {
	student *Student
	welcome chan *snapshot
	// 0 until the snapshot was taken, then entered, and lost at last.
	state atomic.Int32
}

const (
	outside = iota
	inside
	lost
)

// entered is false when the connection was lost meanwhile.
func (c *connection) entered() bool { return c.state.CompareAndSwap(outside, inside) }

// lost is true where it had been entered.
func (c *connection) lost() bool { return c.state.Swap(lost) == inside }

// message runs in the reading goroutine: it decides, and leaves what takes time to another.
func (c *connection) message(kind string, body []byte) {
	s := c.student
	switch kind {
	case "snapshot":
		c.snapshot(body)
	case "waiting":
		if read[waitingAtDoor](s, kind, body) != nil {
			s.group.ToldToWait.Add(1)
		}
	case "consumers-opened":
		if opened := read[consumers](s, kind, body); opened != nil {
			s.opened(opened.Consumers)
		}
	case "consumers-closed":
		if closed := read[closedConsumers](s, kind, body); closed != nil {
			s.closed(closed.ConsumerIDs)
		}
	case "media-reset":
		if reset := read[mediaReset](s, kind, body); reset != nil {
			s.mediaReset(time.Duration(reset.AfterMs * float64(time.Millisecond)))
		}
	case "signal-acknowledged":
		if windows := read[acknowledged](s, kind, body); windows != nil {
			s.acknowledged(*windows)
		}
	case "class-changed":
		if changed := read[classChanged](s, kind, body); changed != nil {
			s.classChanged(*changed)
		}
	case "goodbye":
		if last := read[goodbye](s, kind, body); last != nil {
			s.farewell(last.Reason)
		}
	default:
		s.classLife(kind, body)
	}
}

// classLife takes what people do in class.
func (s *Student) classLife(kind string, body []byte) {
	switch kind {
	case "chat":
		s.group.readChat(body)
	case "pacing":
		s.notePacing(body)
	case "invited":
		s.group.Invited.Add(1)
		if s.wants.OnStage {
			go s.acceptInvitation()
		}
	case "on-stage":
		if on := read[onStage](s, kind, body); on != nil && !on.OnStage {
			s.offStage()
		}
	default:
		s.handsUp(kind, body)
	}
}

// handsUp takes what is told of raised hands.
func (s *Student) handsUp(kind string, body []byte) {
	switch kind {
	case "hands-changed":
		if changed := read[handsChanged](s, kind, body); changed != nil {
			s.memory.takeHands(func(h *hands) { h.count = changed.Count })
		}
	case "hand-place":
		if mine := read[handPlace](s, kind, body); mine != nil {
			s.memory.takeHands(func(h *hands) { h.place = handsTold{MyPlace: mine.Place}.told().place })
		}
	case "hand-order":
		if whole := read[handOrder](s, kind, body); whole != nil {
			s.memory.takeHands(func(h *hands) { h.order = whole.Order })
		}
	case "hands-moved":
		if moved := read[handsMoved](s, kind, body); moved != nil {
			s.memory.takeHands(func(h *hands) { h.moved(*moved) })
		}
	}
}

// read decodes a message; nil, and counted, where it cannot be.
func read[T any](s *Student, kind string, body []byte) *T {
	message := new(T)
	if json.Unmarshal(body, message) != nil {
		s.fail("cannot be read: " + kind)
		return nil
	}
	return message
}

func (c *connection) snapshot(body []byte) {
	s := c.student
	first := read[snapshot](s, "snapshot", body)
	if first == nil {
		return
	}
	s.memory.takeHands(func(h *hands) { *h = first.Snapshot.Hands.told() })
	if err := s.class.learn(first); err != nil {
		s.fail("capabilities that cannot be read")
		return
	}
	if c.state.Load() == outside {
		select {
		case c.welcome <- first:
			return
		default:
		}
	}
	// One in place of a queue of updates.
	s.group.Snapshots.Add(1)
	s.receives.Store(first.receives())
	go s.resync(first)
}

func (s *Student) classChanged(changed classChanged) {
	open := changed.Status == "open" || changed.Status == "live"
	// Before the opening there is nothing to receive; the transport is there when the stage lights up.
	if !s.receives.Swap(open) && open && s.media.Load() == nil {
		after := time.Duration(rand.Float64() * changed.ReceiveSpreadMs * float64(time.Millisecond))
		if s.staff {
			after = 0
		}
		s.receiveAnew(after)
	}
	if !s.offered.Swap(changed.SignalOffered) && changed.SignalOffered && s.wants.Contribute && !s.contributes.Load() {
		go s.contributeFromNow()
	}
	if !changed.SignalOffered && s.contributes.Swap(false) {
		s.signalling.stop()
		s.dropSignal()
	}
}

// mediaReset: the server lost all media of this seat.
func (s *Student) mediaReset(after time.Duration) {
	s.group.MediaResets.Add(1)
	s.disturb()
	s.receiveAnew(after)
	if s.contributes.Load() {
		s.dropSignal()
		s.signalAnew(after)
	}
	if s.publishes.Load() {
		s.stageAnew(after)
	}
}

func (s *Student) farewell(reason string) {
	if !s.goes() {
		return
	}
	s.noteCut(overSignalling)
	// Nobody here asked to go.
	if s.flooding.Load() == nil {
		s.group.Disconnects.Add(1)
	}
	s.fail("goodbye: " + reason)
	// Nothing more is to come; what is open is the server's to close.
	go s.Vanish()
}
