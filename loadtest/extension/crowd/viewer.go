package crowd

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// stalledFrom is how long no picture comes before it stands still for whoever looks.
const stalledFrom = time.Second

// viewer is what one student sees of the teacher's camera.
type viewer struct {
	// entered is when they began to come in.
	entered time.Time
	// tilePx is how wide the pictures are shown, in device pixels; zero is stageTilePx.
	tilePx atomic.Int64
	// Nanoseconds since 1970 of the last packet after which a picture could be shown, and all payload bytes.
	shownAt atomic.Int64
	octets  atomic.Uint64

	mu sync.Mutex
	// since is when they began to be somebody who ought to see; zero while they are not.
	since, lookedAt time.Time
	sight           Sight
	// As of the last rate.
	ratedAt     time.Time
	ratedOctets uint64
}

// Sight is for how long pictures ought to be seen, and for how much of that they stood still.
type Sight struct{ Due, Stalled time.Duration }

// Add takes another sum in.
func (s *Sight) Add(other Sight) {
	s.Due += other.Due
	s.Stalled += other.Stalled
}

// StalledShare is in 0..1.
func (s Sight) StalledShare() float64 {
	if s.Due == 0 {
		return 0
	}
	return float64(s.Stalled) / float64(s.Due)
}

// take notes one packet; true for the one with which the first picture could be shown.
func (v *viewer) take(octets int, shown bool, arrived time.Time) bool {
	v.octets.Add(uint64(octets))
	return shown && v.shownAt.Swap(arrived.UnixNano()) == 0
}

// look goes on to this time: `ought` says whether a picture is to be seen.
func (v *viewer) look(now time.Time, ought bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	span := now.Sub(v.lookedAt)
	v.lookedAt = now
	if !ought {
		v.since = time.Time{}
		return
	}
	if v.since.IsZero() {
		v.since = now
		return
	}
	v.sight.Due += span
	last := max(v.since.UnixNano(), v.shownAt.Load())
	if now.UnixNano()-last > int64(stalledFrom) {
		v.sight.Stalled += span
	}
}

func (v *viewer) seen() Sight {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.sight
}

// sawNothing is true of who never saw anything, though they ought to for some seconds.
func (v *viewer) sawNothing(now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !v.since.IsZero() && now.Sub(v.since) > deafFrom && v.shownAt.Load() == 0
}

// rate is the bits a second since the last call; false for whoever ought not to see, and at the first call.
func (v *viewer) rate(now time.Time) (float64, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before, octets := v.ratedAt, v.ratedOctets
	v.ratedAt, v.ratedOctets = now, v.octets.Load()
	if v.since.IsZero() || before.IsZero() || !now.After(before) {
		return 0, false
	}
	return float64(v.ratedOctets-octets) * 8 / now.Sub(before).Seconds(), true
}

// oughtToSee is true of who is in class, where the teacher's camera plays: from their first sound on.
func (s *Student) oughtToSee() bool {
	return s.wants.Video && s.class.shows() && s.lastSound.Load() != 0 && !s.gone.Load()
}

// TakePictureRate is what the student in the middle received of the teacher's pictures since the last call, in bits a second, and the share of the
// camera's largest pictures that this falls short of. False while nobody ought to see any.
func (c *Class) TakePictureRate(now time.Time) (bitsPerSecond, shortfall float64, any bool) {
	rates := []float64{}
	for _, group := range c.Meter.Students() {
		for _, s := range group.attending() {
			if rate, ought := s.viewer.rate(now); ought {
				rates = append(rates, rate)
			}
		}
	}
	asked := float64(c.cameraBits.Load())
	if len(rates) == 0 || asked == 0 {
		return 0, 0, false
	}
	slices.Sort(rates)
	middle := rates[len(rates)/2]
	return middle, 1 - middle/asked, true
}
