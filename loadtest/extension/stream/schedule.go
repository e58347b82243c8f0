package stream

import (
	"sync/atomic"
	"time"
)

// Schedule says when the packet with an RTP timestamp was due to leave: what lateness is measured against.
type Schedule struct {
	start     time.Time
	clockRate float64
	first     uint32
	newest    atomic.Uint32
}

// NewSchedule begins now with this RTP timestamp; clockRate is in ticks per second.
func NewSchedule(first uint32, clockRate int) *Schedule {
	s := &Schedule{start: time.Now(), clockRate: float64(clockRate), first: first}
	s.newest.Store(first)
	return s
}

// Begin lets the first packet be due at this time. Nothing was sent yet.
func (s *Schedule) Begin(at time.Time) { s.start = at }

// Due is when the packet with this timestamp was to leave; false for one that the source never sent.
func (s *Schedule) Due(timestamp uint32) (time.Time, bool) {
	return s.DueAfter(timestamp - s.first)
}

// DueAfter is when what belongs to so many ticks was to leave; false for what the source never sent.
func (s *Schedule) DueAfter(ticks uint32) (time.Time, bool) {
	if ticks > s.newest.Load()-s.first {
		return time.Time{}, false
	}
	return s.At(ticks), true
}

// At is when so many ticks have passed.
func (s *Schedule) At(ticks uint32) time.Time {
	return s.start.Add(time.Duration(float64(ticks) / s.clockRate * float64(time.Second)))
}

// Sent notes that the source has come to this many ticks, and gives the timestamp there.
func (s *Schedule) Sent(ticks uint32) uint32 {
	timestamp := s.first + ticks
	s.newest.Store(timestamp)
	return timestamp
}

// TimestampAt is what the stream's clock shows at this time, as a sender report tells it.
func (s *Schedule) TimestampAt(at time.Time) uint32 {
	return s.first + uint32(int64(at.Sub(s.start).Seconds()*s.clockRate))
}
