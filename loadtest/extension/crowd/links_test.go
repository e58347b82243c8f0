package crowd

import (
	"testing"
	"time"
)

func TestALinkThatEndsCountsAndDisturbsWhoReceivesOverIt(t *testing.T) {
	s := someone(testClass(t))
	r := &reception{student: s}
	s.media.Store(r)
	s.receptionEnded(r)
	if ended, disturbed := s.group.LinksEnded.Load(), s.disturbances.Load(); ended != 1 || disturbed != 1 {
		t.Errorf("%d links ended, disturbed %d times, want 1 and 1", ended, disturbed)
	}
	p := &publication{student: s}
	s.stage.Store(p)
	s.stageEnded(p)
	if ended := s.group.LinksEnded.Load(); ended != 2 {
		t.Errorf("%d links ended, want 2", ended)
	}
}

func TestALinkThatEndsDoesNotCountOfWhoFloodsRoamsOrLeft(t *testing.T) {
	for name, before := range map[string]func(s *Student){
		"floods": func(s *Student) { s.flooding.Store(&flooding{of: FloodOfFrames, from: time.Now()}) },
		"roams":  func(s *Student) { s.moved.Store(true) },
		"left":   func(s *Student) { s.goes() },
	} {
		s := someone(testClass(t))
		r := &reception{student: s}
		s.media.Store(r)
		before(s)
		s.receptionEnded(r)
		if ended := s.group.LinksEnded.Load(); ended != 0 {
			t.Errorf("%s: %d links ended, want none", name, ended)
		}
	}
}
