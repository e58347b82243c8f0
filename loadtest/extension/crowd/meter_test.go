package crowd

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtp"

	"lectern-loadtest/stream"
)

func TestOneSourceThatIsLateIsNotHiddenByManyThatAreNot(t *testing.T) {
	meter := NewMeter()
	sent := func(source *stream.Source, packets int, late time.Duration) {
		for range packets {
			source.SendLateness.Add(late)
		}
	}
	source := func() *stream.Source {
		made := stream.NewSource(rand.Uint32(), opusType, opusRate)
		meter.addSource(made)
		return made
	}
	teacher := source()
	sent(teacher, 10, time.Second)
	before := meter.SendLatenessSoFar()
	sent(teacher, 10, 50*time.Millisecond)
	for range 20 {
		sent(source(), 100, time.Millisecond)
	}
	since := meter.SendLatenessSoFar().Since(before)
	if since < 50*time.Millisecond || since > 60*time.Millisecond {
		t.Errorf("p99 %s since the look before, at the source that was latest", since)
	}
	if whole := meter.SendLateness(); whole < time.Second {
		t.Errorf("p99 %s of the whole run", whole)
	}
}

func TestTheUnrulyAreNotTheWorstOfThoseWhoWantToHear(t *testing.T) {
	now := time.Now()
	class := testClass(t)
	silentFor := func(group *Group, name string, silent time.Duration) {
		s := NewStudent(context.Background(), class, group, name, Wants{})
		s.connected.Store(true)
		s.lastSound.Store(now.Add(-silent).UnixNano())
		group.add(s)
	}
	flood := NewCrowd(context.Background(), class, Plan{Group: "floods", Unruly: true})
	silentFor(flood.group, "Flood", time.Minute)
	silentFor(class.Meter.Group("others"), "Other", time.Millisecond)
	silentFor(class.Meter.Group("others"), "Unlucky", 2*time.Second)
	calm, unruly := class.Meter.TotalsApart()
	if calm.Worst.Name != "Unlucky" || calm.Present != 2 {
		t.Errorf("worst of %d who want to hear: %+v", calm.Present, calm.Worst)
	}
	if unruly.Worst.Name != "Flood" || unruly.Present != 1 {
		t.Errorf("worst of %d unruly: %+v", unruly.Present, unruly.Worst)
	}
	if all := class.Meter.Totals(); all.Present != 3 || all.AudioLost != calm.AudioLost+unruly.AudioLost {
		t.Errorf("together %+v", all)
	}
}

func TestNothingIsKeptOfAPacketOnceItIsCounted(t *testing.T) {
	const packets = 1000
	s := someone(testClass(t))
	teacher := "teacher"
	s.class.teacherSeat.Store(&teacher)
	sound := stream.NewSchedule(1000, opusRate)
	r := &reception{student: s}
	r.streams.Store(&[]*inbound{newInbound(offerOf("audio", "audio/opus", 6, 0), sound, teacher)})
	for n := range packets {
		ticks := uint32(n) * 960
		header := &rtp.Header{Version: 2, SSRC: 6, SequenceNumber: uint16(n), Timestamp: sound.Sent(ticks)}
		r.packet(header, make([]byte, 100), sound.At(ticks).Add(time.Millisecond))
	}
	if counted := s.group.Lateness.Count(); counted != packets {
		t.Errorf("lateness of %d packets counted, want %d", counted, packets)
	}
	if kept := s.group.TakeTimings(); len(kept) != 0 {
		t.Errorf("%d of %d packets would become samples of their own", len(kept), packets)
	}
}
