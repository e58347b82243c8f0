package stream

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// read gives what a congestion control would make of a feedback message: the arrival of each number, relative to the first.
func read(t *testing.T, packet []byte) map[uint16]time.Duration {
	t.Helper()
	feedback := &rtcp.TransportLayerCC{}
	if err := feedback.Unmarshal(packet); err != nil {
		t.Fatalf("%v in %x", err, packet)
	}
	statuses := []uint16{}
	for _, chunk := range feedback.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for range c.RunLength {
				statuses = append(statuses, c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			statuses = append(statuses, c.SymbolList...)
		}
	}
	at := time.Duration(feedback.ReferenceTime) * referenceUnit
	came := map[uint16]time.Duration{}
	deltas := feedback.RecvDeltas
	for i, status := range statuses[:feedback.PacketStatusCount] {
		if status == rtcp.TypeTCCPacketNotReceived {
			continue
		}
		at += time.Duration(deltas[0].Delta) * time.Microsecond
		deltas = deltas[1:]
		came[feedback.BaseSequenceNumber+uint16(i)] = at
	}
	return came
}

func TestFeedbackTellsWhatCameAndWhen(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	a := &Arrivals{}
	// Within the 12 days that the reference time counts.
	at := time.Unix(1000, 0)
	sequence := uint16(65_500)
	told := 0
	for range 200 {
		sent := map[uint16]time.Duration{}
		for range 1 + random.IntN(40) {
			sequence++
			at = at.Add(time.Duration(random.ExpFloat64() * float64(15*time.Millisecond)))
			if random.Float64() < 0.1 {
				continue
			}
			a.Take(sequence, at)
			sent[sequence] = time.Duration(at.UnixNano())
		}
		packet := a.Feedback(nil, 1, 2)
		if len(packet) == 0 {
			continue
		}
		came := read(t, packet)
		if len(came) != len(sent) {
			t.Fatalf("told of %d packets, %d came", len(came), len(sent))
		}
		for number, when := range sent {
			if off := when - came[number]; off < 0 || off > 2*deltaUnit {
				t.Fatalf("packet %d is told %s off", number, off)
			}
			told++
		}
	}
	if told < 1000 {
		t.Errorf("only %d packets were tried", told)
	}
}

func TestNothingIsToldWhereNothingCame(t *testing.T) {
	if packet := (&Arrivals{}).Feedback(nil, 1, 2); packet != nil {
		t.Errorf("told %x", packet)
	}
}

func TestALongGapIsSplitOverMessages(t *testing.T) {
	a := &Arrivals{}
	at := time.Unix(1000, 0)
	a.Take(1, at)
	a.Take(2, at)
	a.Take(3000, at.Add(time.Second))
	if came := read(t, a.Feedback(nil, 1, 2)); len(came) != 2 {
		t.Errorf("told of %d packets first", len(came))
	}
	if came := read(t, a.Feedback(nil, 1, 2)); len(came) != 1 {
		t.Errorf("told of %d packets then", len(came))
	}
}
