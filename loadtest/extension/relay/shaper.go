// Package relay is a network in user space: it carries UDP between clients and one server, and drops, delays and slows it as it is told, by a
// seed. It needs no rights and touches nothing but its own sockets.
package relay

import (
	"math/rand/v2"
	"sync/atomic"
	"time"
)

const (
	// A path whose rate is bounded lets this much through at once.
	burstBytes = 3000
	// It keeps what waits for its turn for this long at most, and drops the rest: the buffer of a home router.
	longestQueue = 300 * time.Millisecond
)

// Conditions of one direction. The zero value changes nothing.
type Conditions struct {
	// LossShare of the packets is dropped, each by itself: 0 to 1.
	LossShare float64
	// Delay of every packet, and Jitter on top, evenly from zero up. Packets keep their order.
	Delay, Jitter time.Duration
	// BitsPerSecond is the rate; zero is unbounded. What waits longer than 300 ms for its turn is dropped.
	BitsPerSecond int
}

// Shaper decides what becomes of each packet of one direction. The same seed decides the same for the same packets at the same times. Used
// from one goroutine at a time, SetRate from any.
type Shaper struct {
	conditions    Conditions
	bitsPerSecond atomic.Int64
	random        *rand.Rand
	// When the line is free again, and when the last packet left: nothing overtakes it.
	free, last time.Time
}

// NewShaper makes one; `stream` tells several of one seed apart.
func NewShaper(conditions Conditions, seed, stream uint64) *Shaper {
	s := &Shaper{conditions: conditions, random: rand.New(rand.NewPCG(seed, stream))}
	s.SetRate(conditions.BitsPerSecond)
	return s
}

// SetRate changes the rate for what comes from now on; zero is unbounded.
func (s *Shaper) SetRate(bitsPerSecond int) { s.bitsPerSecond.Store(int64(bitsPerSecond)) }

// Decide gives when a packet that came now leaves; false when it is dropped.
func (s *Shaper) Decide(now time.Time, bytes int) (time.Time, bool) {
	// Both are drawn for every packet, so that one packet's fate does not change another's.
	lost, jitter := s.random.Float64() < s.conditions.LossShare, s.random.Float64()
	if lost {
		return time.Time{}, false
	}
	leaves := now
	if rate := s.bitsPerSecond.Load(); rate > 0 {
		perByte := float64(8*time.Second) / float64(rate)
		earliest := now.Add(-time.Duration(burstBytes * perByte))
		if s.free.Before(earliest) {
			s.free = earliest
		}
		free := s.free.Add(time.Duration(float64(bytes) * perByte))
		if free.Sub(now) > longestQueue {
			return time.Time{}, false
		}
		s.free = free
		if free.After(leaves) {
			leaves = free
		}
	}
	leaves = leaves.Add(s.conditions.Delay + time.Duration(jitter*float64(s.conditions.Jitter)))
	if leaves.Before(s.last) {
		leaves = s.last
	}
	s.last = leaves
	return leaves, true
}
