package crowd

import (
	"slices"
	"sync"
	"time"

	"lectern-loadtest/stream"
)

// Phases of a join, in their order: the seat over HTTP; the WebSocket and its admission; the door, until the snapshot; the transport and its
// consumers; ICE; DTLS; and the first packet of sound. "join" is all of them but the seat, "picture" the time to the first picture.
var Phases = []string{"seat", "open", "door", "transport", "ice", "dtls", "media", "join", "picture"}

// lateFrom is when a packet of sound is as good as lost: longer than browsers stretch their jitter buffer for.
const lateFrom = 200 * time.Millisecond

// Meter counts for all participants of one class in this process, in groups. Safe for many goroutines.
type Meter struct {
	// WindowToPacing is the time from the end of a window to the instructor's message with it.
	WindowToPacing stream.Histogram

	loads loads

	mu       sync.Mutex
	failures map[string]int
	groups   []*Group
	sources  []*stream.Source
	// recent are looks at the sources' lateness, one for each.
	recent []*stream.Recent
}

// NewMeter makes an empty one.
func NewMeter() *Meter {
	return &Meter{failures: map[string]int{}, loads: loads{of: map[string]*load{}}}
}

// Group gives the one of this name, made where there is none yet.
func (m *Meter) Group(name string) *Group {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, group := range m.groups {
		if group.Name == name {
			return group
		}
	}
	group := newGroup(name)
	m.groups = append(m.groups, group)
	return group
}

// Groups are all that there are, in the order of their making.
func (m *Meter) Groups() []*Group {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]*Group{}, m.groups...)
}

// Students are the groups of students, in the order of their making.
func (m *Meter) Students() []*Group {
	return slices.DeleteFunc(m.Groups(), func(g *Group) bool { return g.Name == Staff })
}

// Totals of all students together.
func (m *Meter) Totals() Totals {
	all, unruly := m.TotalsApart()
	all.Add(unruly)
	return all
}

// TotalsApart are those of students who want to hear, and of the unruly.
func (m *Meter) TotalsApart() (calm, unruly Totals) {
	for _, group := range m.Students() {
		if group.Unruly() {
			unruly.Add(group.Totals())
		} else {
			calm.Add(group.Totals())
		}
	}
	return calm, unruly
}

// fail counts a failure by what it says.
func (m *Meter) fail(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures[what]++
}

// Failures by what they said.
func (m *Meter) Failures() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	copied := make(map[string]int, len(m.failures))
	for what, count := range m.failures {
		copied[what] = count
	}
	return copied
}

func (m *Meter) addSource(s *stream.Source) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sources = append(m.sources, s)
}

// SendLateness is how late packets left here, which is what the generator itself adds: the p99 at the source that was latest, since one of many that
// is late would be hidden by the others.
func (m *Meter) SendLateness() time.Duration { return m.SendLatenessSoFar().Since(nil) }

// SendLatenesses are how late the packets of each source left so far, in the order of the sources' making.
type SendLatenesses []*stream.Snapshot

// SendLatenessSoFar is that of all sources.
func (m *Meter) SendLatenessSoFar() SendLatenesses {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := SendLatenesses{}
	for _, source := range m.sources {
		all = append(all, source.SendLateness.Snapshot())
	}
	return all
}

// Since is SendLateness of what left between `before`, which may be nil, and these.
func (l SendLatenesses) Since(before SendLatenesses) time.Duration {
	var worst time.Duration
	for n, source := range l {
		earlier := &stream.Snapshot{}
		if n < len(before) {
			earlier = before[n]
		}
		late, _ := source.QuantileSince(earlier, 0.99)
		worst = max(worst, late)
	}
	return worst
}

// RecentSendLateness is SendLateness of what left since it was asked for so many times ago; false where that cannot be said yet. Asked once a second
// it shows a saturation that lasts for seconds.
func (m *Meter) RecentSendLateness(looks int) (time.Duration, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var worst time.Duration
	known := false
	for n, source := range m.sources {
		if n == len(m.recent) {
			m.recent = append(m.recent, stream.NewRecent(source.SendLateness, looks))
		}
		if late, any := m.recent[n].Look(0.99); any {
			worst, known = max(worst, late), true
		}
	}
	return worst, known
}
