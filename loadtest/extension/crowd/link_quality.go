package crowd

import "time"

const (
	// As client/src/classroom/quality-watch.ts: a change is told at once, the same again seldom.
	lookAtLinkEvery = 3 * time.Second
	tellLinkEvery   = 15 * time.Second
	// Fewer packets than this say nothing of what share is lost.
	fewestPackets = 20
)

// grade is how good a link is; the zero value is not known.
type grade int

const (
	unknown grade = iota
	good
	fair
	poor
)

// grade is that of contracts/src/connection-quality.ts.
func (q quality) grade() grade {
	if q.RttMs == nil {
		return unknown
	}
	lost := 0.0
	if q.LossShare != nil {
		lost = *q.LossShare
	}
	switch {
	case *q.RttMs <= 300 && lost <= 0.02:
		return good
	case *q.RttMs <= 800 && lost <= 0.08:
		return fair
	default:
		return poor
	}
}

// lookAtLink tells the server how good the link is, where that is worth telling.
func (s *Student) lookAtLink(r *reception, now time.Time) {
	if q := s.linkFigures(r); s.due.tells(q, now) {
		go s.tellQuality(q)
	}
}

// tells is whether the server is to hear of it, and takes that it does: of a change, and of a link that is known now and then. Nothing is told before
// its first measurement, and only once that there is no link any more.
func (d *routine) tells(q quality, now time.Time) bool {
	grade := q.grade()
	if grade == d.toldQuality && (grade == unknown || now.Before(d.quality)) {
		return false
	}
	d.toldQuality, d.quality = grade, now.Add(tellLinkEvery)
	return true
}

// linkFigures are what a browser's statistics say of the link since the last time.
func (s *Student) linkFigures(r *reception) quality {
	trip := float64(r.link.RoundTrip()) / float64(time.Millisecond)
	if trip == 0 || !r.link.Connected() {
		return quality{}
	}
	var expected, lost uint64
	for _, in := range *r.streams.Load() {
		c := in.counted()
		expected += c.expected
		lost += c.lost
	}
	before := s.due
	s.due.expected, s.due.lost = expected, lost
	if expected < before.expected+fewestPackets {
		return quality{RttMs: &trip}
	}
	share := 0.0
	if lost > before.lost {
		share = min(1, float64(lost-before.lost)/float64(expected-before.expected))
	}
	return quality{RttMs: &trip, LossShare: &share}
}

func (s *Student) tellQuality(q quality) { _ = s.ask(s.life, "quality", q, nil) }
