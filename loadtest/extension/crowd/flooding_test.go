package crowd

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestAFloodIsCutOnlyByTheEndOfTheWayThatItTakes(t *testing.T) {
	for flood, ends := range map[Flood]way{FloodOfFrames: overSignalling, FloodOfPackets: overReceiving, FloodOfDatagrams: overSignal} {
		for _, w := range []way{overSignalling, overReceiving, overSignal} {
			s := someone(testClass(t))
			s.flooding.Store(&flooding{of: flood, from: time.Now().Add(-time.Second)})
			s.noteCut(w)
			if cut := s.group.Cut.Count() == 1; cut != (w == ends) {
				t.Errorf("a flood of %s, and the end of way %d: cut is %t", flood, w, cut)
			}
		}
	}
}

func TestOfAFloodTheFirstCutCounts(t *testing.T) {
	s := someone(testClass(t))
	s.noteCut(overSignal)
	s.flooding.Store(&flooding{of: FloodOfGarbage, from: time.Now().Add(-time.Second)})
	s.noteCut(overSignal)
	s.noteCut(overSignalling)
	if count, took := s.group.Cut.Count(), s.group.Cut.Max(); count != 1 || took < time.Second {
		t.Errorf("%d cuts, after %s", count, took)
	}
}

func TestWhoIsNotCutShows(t *testing.T) {
	crowd := hearing(t, 2)
	if cut := crowd.Flood(t.Context(), FloodOfFrames, 100, 30*time.Millisecond); cut != 0 {
		t.Errorf("%d cut by nobody", cut)
	}
	if crowd.students[0].flooding.Load() != nil {
		t.Error("the flood goes on")
	}
}

func TestAFloodIsAsLargeAsItIsToldToBeOnAMachineThatIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second+time.Millisecond)
		defer cancel()
		sent := 0
		someone(testClass(t)).flood(ctx, 1000, func() {
			if sent++; sent%100 == 50 {
				time.Sleep(50 * time.Millisecond)
			}
		})
		if sent != 1000 {
			t.Errorf("%d pieces in a second, of 1000", sent)
		}
	})
}
