package stream

import (
	"math/rand/v2"
	"testing"
	"time"
)

func takeAll(r *Receiver, numbers ...uint16) {
	for _, number := range numbers {
		r.Take(number)
	}
}

func TestNothingIsLostOfAStreamThatWrapsAround(t *testing.T) {
	r := &Receiver{}
	for i := range 200_000 {
		r.Take(uint16(65_000 + i))
	}
	if r.Expected() != 200_000 || r.Lost() != 0 {
		t.Errorf("expected %d, lost %d", r.Expected(), r.Lost())
	}
}

func TestGapsAreLostAndLateComersAreNot(t *testing.T) {
	r := &Receiver{}
	takeAll(r, 10, 11, 15, 13, 16)
	if r.Expected() != 7 || r.Lost() != 2 {
		t.Errorf("expected %d, lost %d, want 7 and 2", r.Expected(), r.Lost())
	}
}

func TestWhatComesTwiceCountsOnce(t *testing.T) {
	r := &Receiver{}
	takeAll(r, 1, 2, 2, 3, 1, 4)
	if r.Received != 4 || r.Duplicates != 2 || r.Lost() != 0 {
		t.Errorf("received %d, again %d, lost %d", r.Received, r.Duplicates, r.Lost())
	}
}

func TestALeapOverTheWholeWindowForgetsWhatWasSeen(t *testing.T) {
	r := &Receiver{}
	takeAll(r, 1, 2+3*window, 3+3*window, 2+3*window-1)
	if r.Received != 4 || r.Lost() != 3*window-1 {
		t.Errorf("received %d, lost %d", r.Received, r.Lost())
	}
}

func TestLossIsWhatALossyPathDropped(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	r := &Receiver{}
	dropped := uint64(0)
	const packets = 100_000
	for i := range packets {
		// The first and the last arrive, since a receiver cannot know of what lies beyond them.
		if i > 0 && i < packets-1 && random.Float64() < 0.02 {
			dropped++
			continue
		}
		r.Take(uint16(i))
	}
	if r.Lost() != dropped {
		t.Errorf("lost %d, dropped %d", r.Lost(), dropped)
	}
}

func TestAReportTellsOfTheTimeSinceTheLastOne(t *testing.T) {
	r := &Receiver{}
	takeAll(r, 1, 2, 3, 5)
	if first := r.Report(); first.FractionLost != 256/5 || first.TotalLost != 1 || first.Highest != 5 {
		t.Errorf("first report %+v", first)
	}
	takeAll(r, 6, 7)
	if second := r.Report(); second.FractionLost != 0 || second.TotalLost != 1 || second.Highest != 7 {
		t.Errorf("second report %+v", second)
	}
	// A packet that comes after all makes less than nothing lost in its time: that is none.
	takeAll(r, 4)
	if third := r.Report(); third.FractionLost != 0 || third.TotalLost != 0 {
		t.Errorf("third report %+v", third)
	}
}

func TestJitterIsHowMuchPacketsComeOffTheirSchedule(t *testing.T) {
	even, uneven := &Receiver{}, &Receiver{}
	at := time.Unix(1000, 0)
	for i := range 400 {
		even.Time(at, uint32(i*960), 48_000)
		uneven.Time(at.Add(time.Duration(i%2)*10*time.Millisecond), uint32(i*960), 48_000)
		at = at.Add(20 * time.Millisecond)
	}
	if even.Report().Jitter > 1 {
		t.Errorf("an even stream has a jitter of %d ticks", even.Report().Jitter)
	}
	if jitter := uneven.Report().Jitter; jitter < 470 || jitter > 490 {
		t.Errorf("a stream that is off by 10 ms each time has a jitter of %d ticks, want 480", jitter)
	}
}
