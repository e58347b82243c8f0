package crowd

import (
	"context"
	"testing"
	"time"
)

const testPtime = 60 * time.Millisecond

func testClass(t *testing.T) *Class {
	t.Helper()
	class, err := NewClass("http://127.0.0.1:1", "aaaa-bbbb-cccc", "", NewMeter())
	if err != nil {
		t.Fatal(err)
	}
	class.ptimeNs.Store(int64(testPtime))
	return class
}

func someone(class *Class) *Student {
	return NewStudent(context.Background(), class, class.Meter.Group(""), "Listener", Wants{})
}

// listener is somebody who heard the teacher last at this time.
func listener(t *testing.T, heardLast time.Time) *Student {
	t.Helper()
	class := testClass(t)
	s := someone(class)
	s.connected.Store(true)
	s.lastSound.Store(heardLast.UnixNano())
	return s
}

func TestSilenceUntilSomebodyLeavesIsLostSound(t *testing.T) {
	now := time.Now()
	s := listener(t, now.Add(-time.Minute))
	if lost := s.totals(now).AudioLost; lost != 1000 {
		t.Errorf("%d packets lost after a minute without sound, want 1000", lost)
	}
	s.goes()
	// Long after they left nothing more is lost, and what was lost stays.
	later := s.totals(now.Add(time.Hour))
	if later.AudioLost < 1000 || later.AudioLost > 1010 || later.Worst.LostShare != 1 {
		t.Errorf("%d packets lost after they left, worst %+v", later.AudioLost, later.Worst)
	}
}

func TestWhoeverHearsNothingWhileSomebodyTeachesIsDeaf(t *testing.T) {
	now := time.Now()
	for name, one := range map[string]struct {
		heardLast time.Time
		after     func(s *Student)
		deaf      int
	}{
		"hears":           {now.Add(-time.Second), func(*Student) {}, 0},
		"hears no more":   {now.Add(-4 * time.Second), func(*Student) {}, 1},
		"has left":        {now.Add(-4 * time.Second), func(s *Student) { s.goes() }, 0},
		"nobody teaches":  {now.Add(-4 * time.Second), func(s *Student) { s.class.silentFrom.Store(now.UnixNano()) }, 0},
		"has just come":   {time.Unix(0, 0), func(s *Student) { s.connectedAt.Store(now.Add(-time.Second).UnixNano()) }, 0},
		"never hears":     {time.Unix(0, 0), func(s *Student) { s.connectedAt.Store(now.Add(-4 * time.Second).UnixNano()) }, 1},
		"is not here now": {now.Add(-4 * time.Second), func(s *Student) { s.connected.Store(false) }, 0},
	} {
		s := listener(t, one.heardLast)
		one.after(s)
		if got := s.totals(now).Deaf; got != one.deaf {
			t.Errorf("%s: deaf %d, want %d", name, got, one.deaf)
		}
	}
}

func TestAGoodbyeThatNobodyAskedForIsALostConnection(t *testing.T) {
	for _, reason := range []string{"taken-over", "class-ended"} {
		s := listener(t, time.Now())
		s.farewell(reason)
		if lost := s.group.Disconnects.Load(); lost != 1 {
			t.Errorf("%s: %d connections lost, want 1", reason, lost)
		}
	}
	left := listener(t, time.Now())
	left.goes()
	left.farewell("class-ended")
	if lost := left.group.Disconnects.Load(); lost != 0 {
		t.Errorf("%d connections lost of somebody who left", lost)
	}
}
