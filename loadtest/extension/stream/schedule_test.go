package stream

import (
	"testing"
	"time"
)

func TestAScheduleCountsFromItsBeginning(t *testing.T) {
	schedule := NewSchedule(1000, 48_000)
	begins := time.Now().Add(time.Minute)
	schedule.Begin(begins)
	timestamp := schedule.Sent(24_000)
	if due, known := schedule.Due(timestamp); !known || !due.Equal(begins.Add(500*time.Millisecond)) {
		t.Errorf("due %s after its beginning, %t", due.Sub(begins), known)
	}
	if now := schedule.TimestampAt(begins.Add(time.Second)); now != 1000+48_000 {
		t.Errorf("its clock shows %d a second after its beginning", now)
	}
}
