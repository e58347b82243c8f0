package crowd

import (
	"sync"
	"time"

	"lectern-loadtest/stream"
)

// Watch counts what people hear from a moment on, each by themselves: what a whole run dilutes shows between two moments.
type Watch struct {
	mu     sync.Mutex
	class  *Class
	group  *Group
	people []*watched
	// from is when the count began, silences what the group's had been by then.
	from     time.Time
	silences *stream.Snapshot
}

// watched is one of those who were in when the watch began.
type watched struct {
	student      *Student
	disturbances uint32
	// port of the server through which they received when the watch began; zero where they did not.
	port     int
	from     time.Time
	before   counts
	lateness *stream.Histogram
	// stored are the windows of their scores that the server had called stored when the watch began.
	stored []uint32
}

// Heard is what some of those watched heard.
type Heard struct {
	// People are those of them whose sound was counted.
	People int
	Sound  Sound
	// Lateness of each packet of sound.
	Lateness *stream.Snapshot
}

// Watch begins to watch those who are in now. A student is in one watch at a time: the newest.
func (c *Crowd) Watch() *Watch {
	w := &Watch{class: c.class, group: c.group}
	for _, student := range c.Students() {
		w.people = append(w.people, newWatched(student))
	}
	w.FromNow()
	return w
}

func newWatched(s *Student) *watched {
	one := &watched{student: s, disturbances: s.disturbances.Load(), stored: s.outbox.storedSoFar()}
	if media := s.media.Load(); media != nil && media.link != nil {
		one.port = media.link.ServerPort()
	}
	return one
}

// DisturbedElsewhere is how many of those watched had their media or connection made anew who received through another port of the server
// than this one when the watch began.
func (w *Watch) DisturbedElsewhere(port int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	disturbed := 0
	for _, one := range w.people {
		if one.port != port && one.disturbed() {
			disturbed++
		}
	}
	return disturbed
}

// StageAway is how long after the count began the teacher published anew; false where that did not happen.
func (w *Watch) StageAway() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	published := time.Unix(0, w.class.taughtFrom.Load())
	return published.Sub(w.from), published.After(w.from)
}

// Outage is the p95 of how long those of the crowd heard nothing whose sound began anew since the count began; false where nobody's did.
func (w *Watch) Outage() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p95, people := w.group.Outage.Snapshot().QuantileSince(w.silences, 0.95)
	return p95, people > 0
}

// FromNow counts anew from now on. Who was disturbed since the watch began stays so.
func (w *Watch) FromNow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.from, w.silences = time.Now(), w.group.Outage.Snapshot()
	for _, one := range w.people {
		one.from = time.Now()
		one.before = one.student.soundCounts(one.from)
		one.lateness = &stream.Histogram{}
		one.student.lateness.Store(one.lateness)
	}
}

// Heard is what everybody watched heard.
func (w *Watch) Heard() Heard { return w.heardBy(func(*watched) bool { return true }) }

// HeardByUndisturbed is the same of those whose media and connection were not made anew since the watch began.
func (w *Watch) HeardByUndisturbed() Heard {
	return w.heardBy(func(one *watched) bool { return !one.disturbed() })
}

func (w *Watch) heardBy(counts func(*watched) bool) Heard {
	w.mu.Lock()
	defer w.mu.Unlock()
	heard := Heard{Lateness: &stream.Snapshot{}}
	// What was taken for missing may have come after all.
	var expected, lost int64
	for _, one := range w.people {
		if !counts(one) {
			continue
		}
		now := one.student.soundCounts(time.Now())
		more := int64(now.expected) - int64(one.before.expected)
		if more > 0 {
			heard.People++
		}
		expected += more
		lost += int64(now.lost) - int64(one.before.lost)
		heard.Lateness.Add(one.lateness.Snapshot())
	}
	heard.Sound = Sound{uint64(max(expected, 0)), uint64(max(lost, 0))}
	return heard
}

// Silent is how many of those watched do not hear: nothing came since the count began, or since they were last disturbed, or for a second.
func (w *Watch) Silent() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	silent := 0
	for _, one := range w.people {
		since := max(one.from.UnixNano(), one.student.disturbedAt.Load(), time.Now().Add(-hearsWithin).UnixNano())
		if one.student.lastSound.Load() <= since {
			silent++
		}
	}
	return silent
}

func (o *watched) disturbed() bool { return o.student.disturbances.Load() != o.disturbances }
