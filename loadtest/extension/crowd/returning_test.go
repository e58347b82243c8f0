package crowd

import (
	"testing"
	"time"
)

func TestNobodyWaitsMoreThanASecondForTheStage(t *testing.T) {
	teaches, speaks, listens := &Student{staff: true}, &Student{}, &Student{}
	speaks.publishes.Store(true)
	for attempt := 1; attempt <= 40; attempt++ {
		for _, awaited := range []*Student{teaches, speaks} {
			if wait := awaited.reconnectDelay(attempt); wait > time.Second {
				t.Errorf("attempt %d of somebody awaited waits %s", attempt, wait)
			}
		}
		if wait := listens.reconnectDelay(attempt); wait > 5*time.Second || (attempt > 5 && wait < 2500*time.Millisecond) {
			t.Errorf("attempt %d of a listener waits %s", attempt, wait)
		}
	}
}
