package stream

import (
	"testing"
	"time"
)

func TestAShortSaturationShowsThoughAllThatCameBeforeWasWell(t *testing.T) {
	h := &Histogram{}
	recent := NewRecent(h, 10)
	second := func(late time.Duration) (time.Duration, bool) {
		for range 50 {
			h.Add(late)
		}
		return recent.Look(0.99)
	}
	for n := range 200 {
		if got, any := second(time.Millisecond); any != (n >= 10) || got > 2*time.Millisecond {
			t.Fatalf("after %d looks: %s, %v", n+1, got, any)
		}
	}
	if got, _ := second(80 * time.Millisecond); got < 80*time.Millisecond || h.Quantile(0.99) > 2*time.Millisecond {
		t.Errorf("p99 %s of the last ten looks, %s of all", got, h.Quantile(0.99))
	}
	for range 9 {
		second(time.Millisecond)
	}
	if got, _ := second(time.Millisecond); got > 2*time.Millisecond {
		t.Errorf("p99 %s ten looks later", got)
	}
}

func TestLooksAtNothingTellNothing(t *testing.T) {
	recent := NewRecent(&Histogram{}, 1)
	for range 3 {
		if _, any := recent.Look(0.99); any {
			t.Error("a quantile of nothing")
		}
	}
}
