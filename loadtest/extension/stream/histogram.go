// Package stream holds what is sent and how well it arrives: schedules of sources, and the loss and lateness of receivers.
package stream

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

// Buckets of one power of two: a quantile errs by 1/64 at most.
const (
	subBits    = 5
	subBuckets = 1 << subBits
	powers     = 36
)

// Histogram counts durations from a microsecond up, log-linearly. Safe for many goroutines, never grows.
type Histogram struct {
	counts [powers * subBuckets]atomic.Uint64
	total  atomic.Uint64
	max    atomic.Int64
}

// Add counts one duration; a negative one counts as zero.
func (h *Histogram) Add(d time.Duration) {
	us := max(d.Microseconds(), 0)
	h.counts[bucketOf(uint64(us))].Add(1)
	h.total.Add(1)
	for {
		before := h.max.Load()
		if us <= before || h.max.CompareAndSwap(before, us) {
			return
		}
	}
}

// Count is how many durations were added.
func (h *Histogram) Count() uint64 { return h.total.Load() }

// Max is the longest of them, exactly.
func (h *Histogram) Max() time.Duration { return time.Duration(h.max.Load()) * time.Microsecond }

// Quantile gives the duration below which the share q of all lies; zero when there are none.
func (h *Histogram) Quantile(q float64) time.Duration {
	total := h.total.Load()
	if total == 0 {
		return 0
	}
	rank := uint64(math.Ceil(q * float64(total)))
	var seen uint64
	for i := range h.counts {
		seen += h.counts[i].Load()
		if seen >= rank && rank > 0 {
			return min(time.Duration(upperOf(i))*time.Microsecond, h.Max())
		}
	}
	return h.Max()
}

// Snapshot copies the counts, so that the difference to a later one tells of the time between.
func (h *Histogram) Snapshot() *Snapshot {
	s := &Snapshot{}
	for i := range h.counts {
		s.counts[i] = h.counts[i].Load()
	}
	return s
}

// Snapshot is a histogram at one moment.
type Snapshot struct{ counts [powers * subBuckets]uint64 }

// Add takes the counts of another one in: the histogram of both.
func (s *Snapshot) Add(other *Snapshot) {
	for i, count := range other.counts {
		s.counts[i] += count
	}
}

// Quantile is that of everything up to this moment.
func (s *Snapshot) Quantile(q float64) time.Duration {
	value, _ := s.QuantileSince(&Snapshot{}, q)
	return value
}

// QuantileSince gives the quantile of what came between `before` and this one, and how many those were.
func (s *Snapshot) QuantileSince(before *Snapshot, q float64) (time.Duration, uint64) {
	var total uint64
	for i, count := range s.counts {
		total += count - before.counts[i]
	}
	if total == 0 {
		return 0, 0
	}
	rank := uint64(math.Ceil(q * float64(total)))
	var seen uint64
	for i, count := range s.counts {
		seen += count - before.counts[i]
		if seen >= rank {
			return time.Duration(upperOf(i)) * time.Microsecond, total
		}
	}
	return 0, total
}

func bucketOf(us uint64) int {
	if us < subBuckets {
		return int(us)
	}
	power := bits.Len64(us) - subBits
	bucket := power*subBuckets + int(us>>(power-1)) - subBuckets
	return min(bucket, powers*subBuckets-1)
}

// upperOf is the largest value of a bucket.
func upperOf(bucket int) uint64 {
	if bucket < subBuckets {
		return uint64(bucket)
	}
	power := bucket / subBuckets
	within := uint64(bucket%subBuckets) + subBuckets
	return (within+1)<<(power-1) - 1
}
