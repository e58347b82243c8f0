package stream

import (
	"math/rand/v2"
	"testing"
	"time"
)

func takeAll(r *Receiver, numbers ...uint16) {
	at := time.Unix(0, 0)
	for _, number := range numbers {
		at = at.Add(20 * time.Millisecond)
		r.Take(number, at)
	}
}

func TestNothingIsLostOfAStreamThatWrapsAround(t *testing.T) {
	r := &Receiver{}
	for i := range 200_000 {
		r.Take(uint16(65_000+i), time.Unix(0, int64(i)))
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
		r.Take(uint16(i), time.Unix(0, int64(i)))
	}
	if r.Lost() != dropped {
		t.Errorf("lost %d, dropped %d", r.Lost(), dropped)
	}
}
