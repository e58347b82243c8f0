package crowd

import (
	"testing"
	"time"

	"github.com/pion/rtp"
)

// hearing is a crowd of people who receive the teacher's sound.
func hearing(t *testing.T, people int) *Crowd {
	t.Helper()
	class := testClass(t)
	crowd := NewCrowd(t.Context(), class, Plan{Prefix: "Listener"})
	for range people {
		s := crowd.newStudent()
		in := newInbound(offerOf("audio", "audio/opus", 7, 0), nil, "teacher")
		r := &reception{student: s}
		r.streams.Store(&[]*inbound{in})
		s.media.Store(r)
		crowd.students = append(crowd.students, s)
	}
	return crowd
}

// play lets packets arrive at a student, from one number up to another, each so late, as they come from the link.
func play(s *Student, from, to uint16, late time.Duration) {
	in := (*s.media.Load().streams.Load())[0]
	for n := from; n <= to; n++ {
		in.take(&rtp.Header{SSRC: 7, SequenceNumber: n}, nil, time.Now())
		s.sound(time.Now(), n == from)
		if watched := s.lateness.Load(); watched != nil {
			watched.Add(late)
		}
	}
}

func TestAWatchCountsOnlyWhatIsLostWhileItWatches(t *testing.T) {
	crowd := hearing(t, 2)
	students := crowd.Students()
	// Of what came before, a half was lost; that is nobody's business here.
	play(students[0], 1, 10, 0)
	play(students[0], 21, 30, 0)
	play(students[1], 1, 30, time.Second)
	watch := crowd.Watch()
	play(students[0], 31, 80, time.Millisecond)
	play(students[1], 41, 90, 3*time.Millisecond)
	heard := watch.Heard()
	if heard.People != 2 || heard.Sound != (Sound{Expected: 110, Lost: 10}) {
		t.Errorf("%d people, %+v", heard.People, heard.Sound)
	}
	if late := heard.Lateness.Quantile(1); late < 3*time.Millisecond || late > 4*time.Millisecond {
		t.Errorf("the latest packet was %s late", late)
	}
}

func TestWhoIsDisturbedWhileWatchedIsNotAmongTheUndisturbed(t *testing.T) {
	crowd := hearing(t, 2)
	students := crowd.Students()
	// Earlier faults are no part of this one.
	students[1].disturb()
	play(students[0], 1, 10, 0)
	play(students[1], 1, 10, 0)
	watch := crowd.Watch()
	students[0].disturb()
	watch.FromNow()
	play(students[0], 21, 30, 0)
	play(students[1], 11, 30, 0)
	if heard := watch.HeardByUndisturbed(); heard.People != 1 || heard.Sound != (Sound{Expected: 20}) {
		t.Errorf("%d undisturbed, %+v", heard.People, heard.Sound)
	}
	students[1].disturb()
	if heard := watch.HeardByUndisturbed(); heard.People != 0 || heard.Sound.Expected != 0 {
		t.Errorf("%d undisturbed after everybody was disturbed, %+v", heard.People, heard.Sound)
	}
}

func TestWhoIsDisturbedThroughAnotherPortIsTold(t *testing.T) {
	crowd := hearing(t, 3)
	students := crowd.Students()
	watch := crowd.Watch()
	for n, port := range []int{40000, 40001, 40001} {
		watch.people[n].port = port
	}
	students[0].disturb()
	if others := watch.DisturbedElsewhere(40000); others != 0 {
		t.Errorf("%d others, and nobody else was disturbed", others)
	}
	students[2].disturb()
	if others := watch.DisturbedElsewhere(40000); others != 1 {
		t.Errorf("%d others, want one", others)
	}
}

func TestAWatchTellsHowLongTheStageAndTheSoundWereAway(t *testing.T) {
	crowd := hearing(t, 1)
	crowd.class.taughtFrom.Store(time.Now().UnixNano())
	crowd.group.Outage.Add(time.Minute)
	watch := crowd.Watch()
	if away, known := watch.StageAway(); known {
		t.Errorf("the stage was away for %s, and never fell", away)
	}
	if _, known := watch.Outage(); known {
		t.Error("an outage before the watch is no part of it")
	}
	crowd.class.taughtFrom.Store(time.Now().Add(time.Second).UnixNano())
	crowd.group.Outage.Add(2 * time.Second)
	if away, known := watch.StageAway(); !known || away < time.Second || away > 2*time.Second {
		t.Errorf("the stage was away for %s, %t", away, known)
	}
	if outage, known := watch.Outage(); !known || outage < 2*time.Second || outage > 3*time.Second {
		t.Errorf("the sound was away for %s, %t", outage, known)
	}
}

func TestNobodyInsideHeardNothing(t *testing.T) {
	crowd := hearing(t, 0)
	if heard := crowd.Watch().Heard(); heard.People != 0 || heard.Sound.Expected != 0 || heard.Lateness.Quantile(0.999) != 0 {
		t.Errorf("%+v", heard.Sound)
	}
}

func TestSilentIsWhoeverGotNothingSinceTheirMediaBeganAnew(t *testing.T) {
	crowd := hearing(t, 2)
	students := crowd.Students()
	play(students[0], 1, 2, 0)
	play(students[1], 1, 2, 0)
	watch := crowd.Watch()
	if silent := watch.Silent(); silent != 2 {
		t.Errorf("%d silent before the first packet, want 2", silent)
	}
	play(students[0], 3, 4, 0)
	play(students[1], 3, 4, 0)
	students[1].disturb()
	if silent := watch.Silent(); silent != 1 {
		t.Errorf("%d silent after one was disturbed, want 1", silent)
	}
	play(students[1], 5, 6, 0)
	if silent := watch.Silent(); silent != 0 {
		t.Errorf("%d silent after both got a packet, want 0", silent)
	}
}
