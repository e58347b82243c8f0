package crowd

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	// One loop looks after everybody, in place of timers for each.
	roundEvery = 100 * time.Millisecond

	clockBurst      = 5
	clockBurstEvery = 250 * time.Millisecond
	clockEvery      = 20 * time.Second
	clockFirstAfter = 5 * time.Second
	silenceEvery    = time.Second
	// As many looks that found no packet: whether signalling lives is asked (client/src/classroom/silence-watch.ts).
	suspectAfterLooks = 2
	probeWithin       = 3 * time.Second
)

// routine is when one student's regular doings are due. The rounds alone use it.
type routine struct {
	clock, link, quality, silence time.Time
	clocks                        int
	expected, lost                uint64
	toldQuality                   grade
}

// attend takes a student into the rounds.
func (c *Class) attend(s *Student) {
	now := time.Now()
	s.due.clock = now
	// As the web client: a burst where windows are placed by the clock, and by whoever teaches, whose clock measures the pacing view.
	if !s.wants.Contribute && !s.staff {
		s.due.clock = now.Add(time.Duration((1 + rand.Float64()) * float64(clockFirstAfter)))
		s.due.clocks = clockBurst
	}
	s.due.link = now.Add(time.Duration(rand.Float64() * float64(lookAtLinkEvery)))
	s.due.silence = now.Add(time.Duration(rand.Float64() * float64(silenceEvery)))
	s.group.add(s)
	c.attending.Lock()
	defer c.attending.Unlock()
	s.place = len(c.members)
	c.members = append(c.members, s)
	if !c.looking {
		c.looking = true
		go c.rounds()
	}
}

// depart takes a student out of the rounds; what was counted stays. May be called twice.
func (c *Class) depart(s *Student) {
	c.attending.Lock()
	if s.place < len(c.members) && c.members[s.place] == s {
		last := len(c.members) - 1
		c.members[s.place] = c.members[last]
		c.members[s.place].place = s.place
		c.members[last] = nil
		c.members = c.members[:last]
	}
	c.attending.Unlock()
	s.group.remove(s)
}

// present are those who take part in the rounds now, staff included.
func (c *Class) present() []*Student {
	c.attending.Lock()
	defer c.attending.Unlock()
	return slices.Clone(c.members)
}

// rounds go on until nobody is left.
func (c *Class) rounds() {
	ticker := time.NewTicker(roundEvery)
	defer ticker.Stop()
	var present []*Student
	for range ticker.C {
		c.attending.Lock()
		if len(c.members) == 0 {
			c.looking = false
			c.attending.Unlock()
			return
		}
		present = append(present[:0], c.members...)
		c.attending.Unlock()
		now := time.Now()
		for _, s := range present {
			s.round(now)
		}
		clear(present)
		present = slices.Grow(present[:0], len(present))
	}
}

// round does what is due for one student. It must not wait for anything.
func (s *Student) round(now time.Time) {
	r := s.media.Load()
	if r != nil {
		r.round(now)
	}
	s.viewer.look(now, s.oughtToSee())
	if g := s.signal.Load(); g != nil {
		g.round(now)
	}
	if s.wants.Contribute && s.inside.Load() && !s.unasked.Load() {
		s.owes(now)
	}
	if !s.connected.Load() {
		return
	}
	if now.After(s.due.clock) {
		s.due.clocks++
		s.due.clock = now.Add(clockBurstEvery)
		if s.due.clocks >= clockBurst {
			s.due.clock = now.Add(clockEvery)
		}
		go s.askClock()
	}
	if r == nil {
		return
	}
	if now.After(s.due.link) {
		s.due.link = now.Add(lookAtLinkEvery)
		s.lookAtLink(r, now)
	}
	if now.After(s.due.silence) {
		s.due.silence = now.Add(silenceEvery)
		s.listenForSilence(r)
	}
}

func (s *Student) askClock() {
	asked := time.Now()
	var answer clockAnswer
	if err := s.ask(s.life, "clock", nothing{}, &answer); err == nil && answer.ClassClockMs != nil {
		s.class.noteClock(asked, time.Now(), *answer.ClassClockMs)
	}
}

// listenForSilence asks signalling for a sign of life where nothing arrives though it should, and drops it where none comes.
func (s *Student) listenForSilence(r *reception) {
	packets := r.received()
	something := packets != r.packets
	r.packets = packets
	if something || packets == 0 || s.class.playedUntil(time.Now()).Before(time.Now()) {
		r.inVain = 0
		return
	}
	r.inVain++
	if r.inVain == suspectAfterLooks {
		go s.probe()
	}
}

func (s *Student) probe() {
	client := s.client.Load()
	if client == nil {
		return
	}
	ctx, cancel := context.WithTimeout(s.life, probeWithin)
	defer cancel()
	if client.Request(ctx, "clock", nothing{}, nil) != nil && s.life.Err() == nil && s.client.CompareAndSwap(client, nil) {
		client.Abandon()
		s.group.Disconnects.Add(1)
		s.lose()
	}
}
