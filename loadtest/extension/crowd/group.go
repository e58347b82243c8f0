package crowd

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lectern-loadtest/stream"
)

// Timing is one duration of one participant, kept until it has been reported.
type Timing struct {
	Phase string
	Took  time.Duration
	At    time.Time
}

// Group are participants whose figures are told apart from those of others, such as people inside while a storm joins.
type Group struct {
	Name string

	// Lateness of every packet of sound: arrival minus the time that its RTP timestamp was due at the sender.
	Lateness stream.Histogram
	// VideoLateness is the same of pictures.
	VideoLateness stream.Histogram
	// Outage is how long a participant heard nothing when its transport was replaced or its address changed.
	Outage stream.Histogram
	// Reconnect is how long a participant was without signalling.
	Reconnect stream.Histogram
	// ChatLatency is the time from sending a line to its arrival, at everybody.
	ChatLatency stream.Histogram

	// Joins are from the WebSocket to the first packet of sound.
	Joins stream.Histogram

	// Cut is how long the server bore a flood before it first ended the way that it took, of those who were cut.
	Cut stream.Histogram

	JoinFailures, Disconnects atomic.Int64
	// LinksEnded are media links that the server or the path ended.
	LinksEnded                                   atomic.Int64
	Contributors                                 atomic.Int64
	DatagramsSent, WindowsStored, WindowsRefused atomic.Uint64
	// ScoresDue of those who ought to contribute, and those of them that the server did not call stored in time.
	ScoresDue, ScoresMissing                      atomic.Uint64
	ChatSent, ChatReceived                        atomic.Uint64
	HandsRaised, ReactionsSent, Invited, OnStages atomic.Uint64
	KeyFramesAsked, MediaResets, Snapshots        atomic.Uint64
	ToldToWait, Roamed, Flooded                   atomic.Uint64

	unruly atomic.Bool

	mu       sync.Mutex
	timings  []Timing
	refusals map[string]int
	people   map[*Student]struct{}
	// What those came to who left.
	past Totals
}

func newGroup(name string) *Group {
	return &Group{Name: name, refusals: map[string]int{}, people: map[*Student]struct{}{}}
}

// Unruly is whether they harm themselves on purpose.
func (g *Group) Unruly() bool { return g.unruly.Load() }

func (g *Group) note(phase string, took time.Duration) {
	if phase == "join" {
		g.Joins.Add(took)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.timings = append(g.timings, Timing{phase, took, time.Now()})
}

// TakeTimings gives what was noted since the last time.
func (g *Group) TakeTimings() []Timing {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := g.timings
	g.timings = nil
	return taken
}

func (g *Group) refused(code string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refusals[code]++
}

// Refusals of the server so far, by their code.
func (g *Group) Refusals() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	copied := make(map[string]int, len(g.refusals))
	for code, count := range g.refusals {
		copied[code] = count
	}
	return copied
}

func (g *Group) add(s *Student) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.people[s] = struct{}{}
}

func (g *Group) remove(s *Student) {
	g.mu.Lock()
	_, known := g.people[s]
	delete(g.people, s)
	g.mu.Unlock()
	if !known {
		return
	}
	left := s.totals(time.Now())
	g.mu.Lock()
	defer g.mu.Unlock()
	g.past.Add(left)
}

// deafFrom is how long somebody hears nothing who counts as deaf: longer than any stall that a link mends by itself.
const deafFrom = 3 * time.Second

// Totals walks over everybody; meant to be called once a second.
func (g *Group) Totals() Totals {
	g.mu.Lock()
	sum := g.past
	people := slices.Collect(maps.Keys(g.people))
	g.mu.Unlock()
	now := time.Now()
	for _, s := range people {
		sum.Add(s.totals(now))
	}
	return sum
}

// attending are those who have not left.
func (g *Group) attending() []*Student {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Keys(g.people))
}

// Totals are sums over participants at one moment.
type Totals struct {
	AudioExpected, AudioLost uint64
	VideoExpected, VideoLost uint64
	Sight                    Sight
	// Asked are packets that were asked for again (NACK), Recovered those that came of it: neither lost nor unnoticed.
	Asked, Recovered uint64
	// AudioRepaired are those of them that are sound.
	AudioRepaired            uint64
	BytesReceived, BytesSent uint64
	// Refused are datagrams at the media sockets that fitted no protocol or did not decrypt.
	Refused uint64
	// Present have signalling now, Hearing got the teacher's sound within the last second.
	Present, Hearing int
	// Deaf are present, and heard nothing of a teacher who speaks for some seconds.
	Deaf int
	// WithoutPicture are present, and never saw anything of a camera that plays for some seconds.
	WithoutPicture int
	// Undisturbed are those of them whose media and connection were never made anew.
	Undisturbed Sound
	// Worst is the participant with the largest share of lost or late sound.
	Worst Worst
}

// Sound is what should have been heard, and what of it did not arrive.
type Sound struct{ Expected, Lost uint64 }

// Worst is what one participant met.
type Worst struct {
	Name      string
	LostShare float64
	MaxLate   time.Duration
}

// Add takes another sum in.
func (t *Totals) Add(other Totals) {
	t.AudioExpected += other.AudioExpected
	t.AudioLost += other.AudioLost
	t.Undisturbed.Expected += other.Undisturbed.Expected
	t.Undisturbed.Lost += other.Undisturbed.Lost
	t.VideoExpected += other.VideoExpected
	t.VideoLost += other.VideoLost
	t.Sight.Add(other.Sight)
	t.WithoutPicture += other.WithoutPicture
	t.Asked += other.Asked
	t.Recovered += other.Recovered
	t.AudioRepaired += other.AudioRepaired
	t.BytesReceived += other.BytesReceived
	t.BytesSent += other.BytesSent
	t.Refused += other.Refused
	t.Present += other.Present
	t.Hearing += other.Hearing
	t.Deaf += other.Deaf
	if w := other.Worst; w.LostShare > t.Worst.LostShare || (w.LostShare == t.Worst.LostShare && w.MaxLate > t.Worst.MaxLate) {
		t.Worst = w
	}
}

// totals are what this participant has counted.
func (s *Student) totals(now time.Time) Totals {
	sound, sight := s.mediaCounts(now)
	t := Totals{BytesReceived: s.traffic.Received.Load(), BytesSent: s.traffic.Sent.Load()}
	if r := s.media.Load(); r != nil {
		t.Refused = r.link.Refused()
	}
	t.AudioExpected, t.AudioLost, t.AudioRepaired = sound.expected, sound.lost, sound.recovered
	if s.disturbances.Load() == 0 {
		t.Undisturbed = Sound{sound.expected, sound.lost}
	}
	t.VideoExpected, t.VideoLost = sight.expected, sight.lost
	t.Sight = s.viewer.seen()
	if !s.gone.Load() && s.viewer.sawNothing(now) {
		t.WithoutPicture = 1
	}
	t.Asked, t.Recovered = sound.asked+sight.asked, sound.recovered+sight.recovered
	if s.connected.Load() {
		t.Present = 1
	}
	if last := s.lastSound.Load(); last != 0 && now.UnixNano()-last < int64(hearsWithin) && !s.gone.Load() {
		t.Hearing = 1
	}
	// Whoever has just come is on the way to the first sound.
	silentSince := max(s.lastSound.Load(), s.connectedAt.Load())
	if s.connected.Load() && !s.gone.Load() && s.class.plays() && now.UnixNano()-silentSince > int64(deafFrom) {
		t.Deaf = 1
	}
	if sound.expected > 0 {
		t.Worst = Worst{s.name, float64(sound.lost+sound.late) / float64(sound.expected), sound.maxLate}
	}
	return t
}
