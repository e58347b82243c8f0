package crowd

import (
	"context"
	"testing"
	"time"
)

func TestAScoreThatIsNotCountedAnyMoreIsMissing(t *testing.T) {
	r := newRecount([]uint32{3, 4, 5, 6})
	asked, at := 0, time.Now()
	if r.ask(at, func([]byte) error { asked++; return nil }) || asked != 4 {
		t.Errorf("%d asked, want 4", asked)
	}
	r.take(acknowledged{Stored: []uint32{3, 4, 99}, NotCounted: []uint32{5}})
	one := &watched{stored: []uint32{3, 4, 5, 6}}
	sum := func() Recounted { return recounted([]*watched{one}, map[*watched]*recount{one: r}) }
	// One is gone, and of one nobody said anything yet.
	if got := sum(); got != (Recounted{Asked: 4, Missing: 2}) {
		t.Errorf("%+v", got)
	}
	if r.ask(at, func([]byte) error { t.Error("asked again at once"); return nil }) {
		t.Error("done without an answer")
	}
	r.take(acknowledged{Stored: []uint32{6, 3}})
	if got := sum(); got != (Recounted{Asked: 4, Missing: 1}) || !r.ask(at, nil) {
		t.Errorf("%+v", got)
	}
}

func TestAnAnswerToNoQuestionProvesNothing(t *testing.T) {
	r := newRecount([]uint32{3})
	r.ask(time.Now(), func([]byte) error { return errNoChannel })
	r.take(acknowledged{Stored: []uint32{3}})
	if r.stored != 0 {
		t.Error("stored before it was asked")
	}
}

func TestAQuestionThatWasLostWithItsChannelIsAskedAgain(t *testing.T) {
	r, at := newRecount([]uint32{3}), time.Now()
	r.ask(at, func([]byte) error { return nil })
	asked := 0
	ask := func([]byte) error { asked++; return nil }
	r.ask(at.Add(resendAfter-time.Second), ask)
	if asked != 0 {
		t.Error("asked again while the answer may be on its way")
	}
	r.ask(at.Add(resendAfter), ask)
	if r.take(acknowledged{Stored: []uint32{3}}); asked != 1 || r.stored != 1 || !r.ask(at, nil) {
		t.Errorf("asked %d times again, %d stored", asked, r.stored)
	}
}

func TestScoresWhoseWindowsAreNeverClosedAreMissing(t *testing.T) {
	crowd := hearing(t, 1)
	crowd.students[0].outbox.stored = []uint32{1, 2}
	ctx, end := context.WithCancel(t.Context())
	end()
	if got := crowd.Watch().Recount(ctx, time.Hour); got != (Recounted{Asked: 2, Missing: 2}) {
		t.Errorf("%+v", got)
	}
}

func TestAScoreThatTheServerHasNotIsFoundOut(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 60 * time.Millisecond})
	honest := enter(t, class, Plan{Contribute: 1, Prefix: "Honest"}, 1)
	student := honest.Students()[0]
	within(t, 30*time.Second, "a score is stored", func() bool { return len(student.outbox.storedSoFar()) > 0 })
	// Who came later is told to have stored what they never sent.
	falsified := enter(t, class, Plan{Contribute: 1, Prefix: "Falsified"}, 1)
	claimed := student.outbox.storedSoFar()[:1]
	claims := &falsified.Students()[0].outbox
	claims.mu.Lock()
	claims.stored = claimed
	claims.mu.Unlock()
	if got := honest.Watch().Recount(t.Context(), 30*time.Second); got.Asked == 0 || got.Missing != 0 {
		t.Errorf("%+v of scores that were sent", got)
	}
	if got := falsified.Watch().Recount(t.Context(), 30*time.Second); got != (Recounted{Asked: 1, Missing: 1}) {
		t.Errorf("%+v of a score that was never sent", got)
	}
}
