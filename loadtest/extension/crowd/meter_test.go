package crowd

import (
	"math/rand/v2"
	"testing"
	"time"

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
