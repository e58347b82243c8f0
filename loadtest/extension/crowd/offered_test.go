package crowd

import (
	"context"
	"testing"
	"time"
)

func TestATurnThatBeginsTooLateIsNotOfferedAndKeepsItsLateness(t *testing.T) {
	due := time.Unix(1000, 0)
	of := &load{}
	one := turn{due: due, bears: 100 * time.Millisecond, of: of}
	if late := one.begins(due.Add(100 * time.Millisecond)); late != 100*time.Millisecond || of.offered.Load() != 1 {
		t.Errorf("%s late, %d offered: that was in time", late, of.offered.Load())
	}
	if late := one.begins(due.Add(101 * time.Millisecond)); late != 101*time.Millisecond || of.offered.Load() != 1 {
		t.Errorf("%s late, %d offered: that was too late", late, of.offered.Load())
	}
	if late := one.begins(due.Add(-time.Millisecond)); late != 0 {
		t.Errorf("%s late before it was due", late)
	}
}

func TestWhatIsPlannedAndNotBegunShows(t *testing.T) {
	meter := NewMeter()
	begun := make(chan turn, 20)
	meter.offer(t.Context(), "join", 20, 20*time.Millisecond, func(due turn) { begun <- due })
	if load := meter.Loads()["join"]; load != (Load{Planned: 20}) {
		t.Errorf("%+v, nothing of it began", load)
	}
	close(begun)
	var first, last time.Time
	for due := range begun {
		if first.IsZero() || due.due.Before(first) {
			first = due.due
		}
		if due.due.After(last) {
			last = due.due
		}
		due.begins(due.due)
	}
	if load := meter.Loads()["join"]; load != (Load{Planned: 20, Offered: 20}) {
		t.Errorf("%+v, all of it began in time", load)
	}
	if span := last.Sub(first); span != 19*time.Millisecond {
		t.Errorf("due over %s, want 19 ms whenever they began", span)
	}
}

func TestALoadThatIsBrokenOffWasPlannedWhole(t *testing.T) {
	meter := NewMeter()
	ctx, end := context.WithCancel(t.Context())
	end()
	meter.offer(ctx, "leave", 1000, time.Hour, func(due turn) { due.begins(due.due) })
	if load := meter.Loads()["leave"]; load.Planned != 1000 || load.Offered > 1 {
		t.Errorf("%+v", load)
	}
}

func TestNobodyWhoIsAwayOffersAnAct(t *testing.T) {
	crowd := hearing(t, 1)
	crowd.Act(t.Context(), Acts{Chats: 1000}, 10*time.Millisecond)
	if load := crowd.class.Meter.Loads()["chat"]; load != (Load{Planned: 10}) {
		t.Errorf("%+v", load)
	}
}
