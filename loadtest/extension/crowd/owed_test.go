package crowd

import (
	"testing"
	"time"
)

func TestAScoreIsMissingThatIsNotStoredInTime(t *testing.T) {
	of := &owed{}
	at := func(window int64) time.Duration { return time.Duration(window) * WindowSpan }
	// Whoever comes in the middle of a window owes it.
	of.look(at(10) + 2*time.Second)
	of.look(at(12))
	of.stored([]uint32{10, 9})
	if due, _ := of.look(at(11) + owedWithin - 1); due != 0 {
		t.Errorf("%d due before their time", due)
	}
	if due, missing := of.look(at(11) + owedWithin); due != 1 || missing != 0 {
		t.Errorf("%d due and %d missing of one that is stored", due, missing)
	}
	if due, missing := of.look(at(12) + owedWithin); due != 1 || missing != 1 {
		t.Errorf("%d due and %d missing of one that nobody gave", due, missing)
	}
	of.stored([]uint32{11})
	if due, missing := of.look(at(12) + owedWithin); due != 0 || missing != 0 {
		t.Errorf("%d due and %d missing once more", due, missing)
	}
}

func TestTheServersWordBeforeTheEndOfAWindowCounts(t *testing.T) {
	of := &owed{}
	of.look(0)
	of.stored([]uint32{0})
	if due, missing := of.look(WindowSpan + owedWithin); due != 1 || missing != 0 {
		t.Errorf("%d due, %d missing", due, missing)
	}
}

func TestWhoOughtToContributeAndDoesNotOwesTheirScores(t *testing.T) {
	class := testClass(t)
	class.startedAt = time.Now().Add(-time.Minute)
	silent := NewStudent(t.Context(), class, class.Meter.Group(""), "Silent", Wants{Contribute: true})
	other := someone(class)
	for _, s := range []*Student{silent, other} {
		s.inside.Store(true)
		s.round(time.Now())
		s.round(time.Now().Add(2*WindowSpan + owedWithin))
	}
	if due, missing := silent.group.ScoresDue.Load(), silent.group.ScoresMissing.Load(); due != missing || due < 1 || due > 2 {
		t.Errorf("%d due, %d missing of one who gives none and one who need not", due, missing)
	}
}
