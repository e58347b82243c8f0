package crowd

import "time"

// outageFrom is how long a silence between two streams is one: a consumer in place of another makes none.
const outageFrom = 200 * time.Millisecond

// hearsWithin is how long ago the last packet of sound came at most where somebody hears.
const hearsWithin = time.Second

// sound notes a packet of the teacher's sound. The first of a new stream, or after a move, tells how long there was none before.
func (s *Student) sound(arrived time.Time, newStream bool) {
	before := s.lastSound.Swap(arrived.UnixNano())
	if before == 0 {
		s.heardOnce.Do(func() {
			s.noteStart(arrived)
			close(s.heard)
		})
		return
	}
	if !newStream && !s.moved.Load() {
		return
	}
	silent := arrived.Sub(time.Unix(0, before))
	if s.moved.Swap(false) || silent > outageFrom {
		s.group.Outage.Add(silent)
	}
	// In a new stream the numbers begin anew: what was lost in between shows in time alone.
	if ptime := s.class.ptime(); newStream && ptime > 0 && silent > 2*ptime {
		s.past.lostSound(uint64(silent/ptime) - 1)
	}
}

// lostWhileSilent is how much sound should have come since the last, where none came for more than a second: until now, or until they left.
func (s *Student) lostWhileSilent(now time.Time) uint64 {
	last, ptime := s.lastSound.Load(), s.class.ptime()
	if last == 0 || ptime == 0 {
		return 0
	}
	if left := s.leftAt.Load(); left != 0 && left < now.UnixNano() {
		now = time.Unix(0, left)
	}
	silent := s.class.playedUntil(now).Sub(time.Unix(0, last))
	if silent < time.Second {
		return 0
	}
	return uint64(silent / ptime)
}

// mediaCounts are what this participant received up to now, silence included.
func (s *Student) mediaCounts(now time.Time) (sound, sight counts) {
	sound, sight = s.past.counted()
	if r := s.media.Load(); r != nil {
		for _, in := range *r.streams.Load() {
			if in.audio() {
				sound.add(in.counted())
			} else {
				sight.add(in.counted())
			}
		}
	}
	silent := s.lostWhileSilent(now)
	sound.expected += silent
	sound.lost += silent
	return sound, sight
}

func (s *Student) soundCounts(now time.Time) counts {
	sound, _ := s.mediaCounts(now)
	return sound
}

// noteStart tells how long after the teacher's click somebody who waited for the class hears it.
func (s *Student) noteStart(heard time.Time) {
	if asked := s.class.startAsked.Load(); asked != 0 && s.awaited.Load() {
		s.group.note("start", heard.Sub(time.Unix(0, asked)))
	}
}
