package stream

import (
	"slices"
	"testing"
	"time"
)

func TestAGapIsAskedForAtOnceAndThenOnceInARoundTrip(t *testing.T) {
	m := &Missing{Tries: 3}
	now := time.Unix(0, 0)
	m.Take(100, now)
	if !m.Take(103, now) {
		t.Fatal("a gap is to be asked for at once")
	}
	if due := m.Due(now, 100*time.Millisecond); !slices.Equal(due, []uint16{101, 102}) {
		t.Fatalf("asked for %v", due)
	}
	if due := m.Due(now.Add(99*time.Millisecond), 100*time.Millisecond); len(due) != 0 {
		t.Fatalf("asked for %v within the round trip", due)
	}
	m.Take(101, now)
	if due := m.Due(now.Add(100*time.Millisecond), 100*time.Millisecond); !slices.Equal(due, []uint16{102}) {
		t.Fatalf("asked for %v after the first came", due)
	}
	if m.Recovered != 1 || m.Asked != 3 {
		t.Errorf("recovered %d of %d asked", m.Recovered, m.Asked)
	}
}

func TestWhatDoesNotComeIsGivenUp(t *testing.T) {
	m := &Missing{Tries: 2}
	now := time.Unix(0, 0)
	m.Take(1, now)
	m.Take(3, now)
	for n := range 5 {
		m.Due(now.Add(time.Duration(n)*time.Second), time.Millisecond)
	}
	if m.Asked != 2 || m.GivenUp != 1 || m.Any() {
		t.Errorf("asked %d, given up %d", m.Asked, m.GivenUp)
	}
}

func TestALeapIsGivenUpWhole(t *testing.T) {
	m := &Missing{Tries: 2}
	now := time.Unix(0, 0)
	m.Take(1, now)
	if m.Take(2+2*mostMissing, now) || m.Any() || m.GivenUp != 2*mostMissing {
		t.Errorf("given up %d", m.GivenUp)
	}
}

func TestWhatOnlyCameOutOfOrderIsNotCountedAsRecovered(t *testing.T) {
	m := &Missing{Tries: 2}
	now := time.Unix(0, 0)
	m.Take(1, now)
	m.Take(3, now)
	m.Take(2, now)
	if m.Recovered != 0 || m.Any() {
		t.Errorf("recovered %d", m.Recovered)
	}
}
