package crowd

import (
	"sync"
	"sync/atomic"
	"time"

	"lectern-loadtest/stream"
)

// Phases of a join, in their order: the seat over HTTP; the WebSocket and its admission; the door, until the snapshot; the transport and its
// consumers; ICE; DTLS; and the first packet of sound. "join" is all of them but the seat.
var Phases = []string{"seat", "open", "door", "transport", "ice", "dtls", "media", "join"}

// Timing is one duration of one participant, kept until it has been reported.
type Timing struct {
	Phase string
	Took  time.Duration
	At    time.Time
}

// Meter counts for all participants of this process. Safe for many goroutines.
type Meter struct {
	// Lateness of every packet of sound: arrival minus the time that its RTP timestamp was due at the sender.
	Lateness stream.Histogram
	// VideoLateness is the same of pictures.
	VideoLateness stream.Histogram
	// WindowToPacing is the time from the end of a window to the instructor's message with it.
	WindowToPacing stream.Histogram
	// Outage is how long a participant heard nothing when its transport was replaced.
	Outage stream.Histogram
	// Reconnect is how long a participant was without signalling.
	Reconnect stream.Histogram

	Joined       atomic.Int64
	JoinFailures atomic.Int64
	Disconnects  atomic.Int64
	// Contributors have an open channel.
	Contributors   atomic.Int64
	DatagramsSent  atomic.Uint64
	WindowsStored  atomic.Uint64
	WindowsRefused atomic.Uint64
	ChatSent       atomic.Uint64
	ChatReceived   atomic.Uint64
	Refusals       atomic.Uint64

	mu       sync.Mutex
	timings  []Timing
	failures map[string]int
	people   map[*Student]struct{}
	sources  []*stream.Source
}

// NewMeter makes an empty one.
func NewMeter() *Meter {
	return &Meter{failures: map[string]int{}, people: map[*Student]struct{}{}}
}

func (m *Meter) note(phase string, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.timings = append(m.timings, Timing{phase, took, time.Now()})
}

// fail counts a failure by what it says.
func (m *Meter) fail(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures[what]++
}

// TakeTimings gives what was noted since the last time.
func (m *Meter) TakeTimings() []Timing {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.timings
	m.timings = nil
	return taken
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

func (m *Meter) add(s *Student) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.people[s] = struct{}{}
}

func (m *Meter) addSource(s *stream.Source) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sources = append(m.sources, s)
}

// everybody gives all students that ever joined.
func (m *Meter) everybody() []*Student {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]*Student, 0, len(m.people))
	for s := range m.people {
		all = append(all, s)
	}
	return all
}

// SendLateness is the p99 of how late packets left here: what the generator itself adds.
func (m *Meter) SendLateness() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	var worst time.Duration
	for _, source := range m.sources {
		worst = max(worst, source.SendLateness.Quantile(0.99))
	}
	return worst
}

// Totals are the sums over all participants at one moment.
type Totals struct {
	AudioExpected, AudioLost uint64
	VideoExpected, VideoLost uint64
	BytesReceived, BytesSent uint64
	// Present have signalling now, Hearing got sound within the last second.
	Present, Hearing int
	// Worst is the participant with the largest share of lost or late sound.
	Worst Worst
}

// Worst is what one participant met.
type Worst struct {
	Name      string
	LostShare float64
	MaxLate   time.Duration
}

// lateFrom is when a packet of sound is as good as lost: longer than browsers stretch their jitter buffer for.
const lateFrom = 200 * time.Millisecond

// Totals walks over everybody; meant to be called once a second.
func (m *Meter) Totals() Totals {
	now := time.Now()
	var t Totals
	for _, s := range m.everybody() {
		s.addTo(&t, now)
	}
	return t
}
