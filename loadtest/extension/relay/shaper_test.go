package relay

import (
	"math"
	"testing"
	"time"
)

var began = time.Unix(1000, 0)

func TestTheShareThatIsDroppedIsTheOneAskedFor(t *testing.T) {
	s := NewShaper(Conditions{LossShare: 0.02}, 7, 1)
	dropped := 0
	const packets = 100_000
	for i := range packets {
		if _, ok := s.Decide(began.Add(time.Duration(i)*time.Millisecond), 100); !ok {
			dropped++
		}
	}
	// Three standard deviations of a binomial distribution.
	if off := math.Abs(float64(dropped) - 0.02*packets); off > 3*math.Sqrt(packets*0.02*0.98) {
		t.Errorf("%d of %d dropped", dropped, packets)
	}
}

func TestTheSameSeedDecidesTheSame(t *testing.T) {
	conditions := Conditions{LossShare: 0.1, Delay: 50 * time.Millisecond, Jitter: 30 * time.Millisecond, BitsPerSecond: 300_000}
	one, same, other := NewShaper(conditions, 7, 1), NewShaper(conditions, 7, 1), NewShaper(conditions, 8, 1)
	differ := false
	for i := range 5000 {
		now := began.Add(time.Duration(i) * 3 * time.Millisecond)
		a, aOK := one.Decide(now, 200)
		b, bOK := same.Decide(now, 200)
		c, cOK := other.Decide(now, 200)
		if !a.Equal(b) || aOK != bOK {
			t.Fatalf("packet %d: %v %v and %v %v", i, a, aOK, b, bOK)
		}
		differ = differ || !a.Equal(c) || aOK != cOK
	}
	if !differ {
		t.Error("another seed decided the same")
	}
}

func TestDelayAndJitterLieWithinTheirBoundsAndKeepTheOrder(t *testing.T) {
	s := NewShaper(Conditions{Delay: 200 * time.Millisecond, Jitter: 40 * time.Millisecond}, 3, 1)
	var before time.Time
	least, most := time.Hour, time.Duration(0)
	for i := range 20_000 {
		now := began.Add(time.Duration(i) * 20 * time.Millisecond)
		leaves, ok := s.Decide(now, 200)
		if !ok || leaves.Before(before) {
			t.Fatalf("packet %d leaves %v after %v", i, leaves, before)
		}
		before = leaves
		least, most = min(least, leaves.Sub(now)), max(most, leaves.Sub(now))
	}
	if least < 200*time.Millisecond || least > 201*time.Millisecond || most > 240*time.Millisecond || most < 239*time.Millisecond {
		t.Errorf("delays from %s to %s", least, most)
	}
}

func TestARateLetsThroughAsMuchAndNoMore(t *testing.T) {
	const rate = 300_000
	s := NewShaper(Conditions{BitsPerSecond: rate}, 3, 1)
	sent, last := 0, began
	// Three times as much as the rate, for ten seconds.
	for i := range 10_000 {
		now := began.Add(time.Duration(i) * time.Millisecond)
		if leaves, ok := s.Decide(now, 112); ok {
			sent += 112
			last = leaves
			if wait := leaves.Sub(now); wait > longestQueue {
				t.Fatalf("packet %d waits %s", i, wait)
			}
		}
	}
	got := float64(8*(sent-burstBytes)) / last.Sub(began).Seconds()
	if math.Abs(got-rate) > rate*0.01 {
		t.Errorf("%.0f bits a second", got)
	}
}

func TestBelowTheRateNothingWaitsAndNothingIsDropped(t *testing.T) {
	s := NewShaper(Conditions{BitsPerSecond: 300_000}, 3, 1)
	for i := range 5000 {
		now := began.Add(time.Duration(i) * 20 * time.Millisecond)
		if leaves, ok := s.Decide(now, 200); !ok || !leaves.Equal(now) {
			t.Fatalf("packet %d: %v after %s", i, ok, leaves.Sub(now))
		}
	}
}

func TestNoConditionsChangeNothing(t *testing.T) {
	s := NewShaper(Conditions{}, 1, 1)
	if leaves, ok := s.Decide(began, 1500); !ok || !leaves.Equal(began) {
		t.Errorf("%v %v", leaves, ok)
	}
}

func TestARateCanBeChangedWhilePacketsFlow(t *testing.T) {
	s := NewShaper(Conditions{}, 3, 1)
	now := began
	flood := func() (through int) {
		for range 1000 {
			now = now.Add(time.Millisecond)
			if _, ok := s.Decide(now, 1000); ok {
				through++
			}
		}
		return through
	}
	if got := flood(); got != 1000 {
		t.Errorf("%d of 1000 through an unbounded line", got)
	}
	s.SetRate(800_000)
	// 100 packets a second, and what the queue holds.
	if got := flood(); got < 100 || got > 150 {
		t.Errorf("%d of 1000 through a line of 100 packets a second", got)
	}
	s.SetRate(0)
	if got := flood(); got != 1000 {
		t.Errorf("%d of 1000 through a line that is wide again", got)
	}
}
