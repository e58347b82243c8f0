package crowd

import (
	"testing"
	"time"
)

func TestAGradeIsTheWorseOfRoundTripAndLoss(t *testing.T) {
	for _, c := range []struct {
		trip, lost float64
		want       grade
	}{
		{20, 0, good}, {300, 0.02, good}, {301, 0, fair}, {20, 0.021, fair}, {800, 0.08, fair}, {801, 0, poor}, {20, 0.09, poor},
	} {
		if got := (quality{RttMs: &c.trip, LossShare: &c.lost}).grade(); got != c.want {
			t.Errorf("%v ms and %v lost: %v, not %v", c.trip, c.lost, got, c.want)
		}
	}
	trip := 20.0
	if got := (quality{RttMs: &trip}).grade(); got != good {
		t.Errorf("too few packets to tell: %v", got)
	}
	if got := (quality{}).grade(); got != unknown {
		t.Errorf("no link: %v", got)
	}
}

func TestOfALinkNothingIsToldBeforeItsFirstMeasurement(t *testing.T) {
	near, far := 20.0, 400.0
	now, due := time.Now(), routine{}
	for n, look := range []struct {
		q     quality
		after time.Duration
		tells bool
	}{
		{quality{}, 0, false},
		{quality{}, 2 * tellLinkEvery, false},
		{quality{RttMs: &near}, lookAtLinkEvery, true},
		{quality{RttMs: &near}, lookAtLinkEvery, false},
		{quality{RttMs: &far}, lookAtLinkEvery, true},
		{quality{RttMs: &far}, tellLinkEvery, true},
		{quality{}, lookAtLinkEvery, true},
		{quality{}, 2 * tellLinkEvery, false},
		{quality{RttMs: &far}, lookAtLinkEvery, true},
	} {
		now = now.Add(look.after)
		if tells := due.tells(look.q, now); tells != look.tells {
			t.Errorf("look %d: told is %t", n, tells)
		}
	}
}
