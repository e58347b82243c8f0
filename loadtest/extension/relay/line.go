package relay

import (
	"slices"
	"sync"
	"time"
)

// line is one direction of one path: what is under way, in order.
type line struct {
	relay  *Relay
	shaper *Shaper
	send   func(packet []byte)

	// Whoever takes packets in uses the shaper: the reader of one socket.
	underWay chan parcel
	end      chan struct{}
	ending   sync.Once
}

type parcel struct {
	leaves time.Time
	packet []byte
}

func newLine(relay *Relay, shaper *Shaper, send func([]byte)) *line {
	l := &line{relay: relay, shaper: shaper, send: send, underWay: make(chan parcel, mostUnderWay), end: make(chan struct{})}
	go l.carry()
	return l
}

// take decides on one packet, which is copied.
func (l *line) take(packet []byte) {
	leaves, ok := l.shaper.Decide(time.Now(), len(packet))
	if ok {
		select {
		case l.underWay <- parcel{leaves, slices.Clone(packet)}:
			return
		default:
		}
	}
	l.relay.dropped.Add(1)
}

func (l *line) carry() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case next := <-l.underWay:
			if wait := time.Until(next.leaves); wait > 0 {
				timer.Reset(wait)
				select {
				case <-timer.C:
				case <-l.end:
					return
				}
			}
			l.relay.carried.Add(1)
			l.send(next.packet)
		case <-l.end:
			return
		}
	}
}

func (l *line) close() { l.ending.Do(func() { close(l.end) }) }
