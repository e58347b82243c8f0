package stream

import (
	"encoding/binary"
	"time"
)

const (
	// A feedback message speaks of so many packets at most; what is more waits for the next.
	mostFeedback = 400
	// The units of transport-wide congestion control (draft-holmer-rmcat-transport-wide-cc-extensions-01).
	deltaUnit     = 250 * time.Microsecond
	referenceUnit = 64 * time.Millisecond

	notReceived, smallDelta, largeDelta = 0, 1, 2
)

// Arrivals are the packets of one transport since the last feedback on congestion. Used from one goroutine at a time.
type Arrivals struct {
	packets  []arrival
	next     uint64
	started  bool
	count    uint8
	statuses []uint8
}

type arrival struct {
	number uint64
	at     time.Time
}

// Take notes a packet by its transport-wide sequence number.
func (a *Arrivals) Take(sequence uint16, at time.Time) {
	if !a.started {
		a.started = true
		a.next = uint64(sequence) + 1<<16
	}
	number := uint64(int64(a.next) + int64(int16(sequence-uint16(a.next))))
	if number < a.next || len(a.packets) >= mostFeedback {
		return
	}
	// Nearly always in order: the place is at the end.
	i := len(a.packets)
	for i > 0 && a.packets[i-1].number > number {
		i--
	}
	if i > 0 && a.packets[i-1].number == number {
		return
	}
	a.packets = append(a.packets, arrival{})
	copy(a.packets[i+1:], a.packets[i:])
	a.packets[i] = arrival{number, at}
}

// Feedback appends a TransportLayerCC packet on what came since the last one; nothing when nothing did.
func (a *Arrivals) Feedback(to []byte, sender, media uint32) []byte {
	if len(a.packets) == 0 {
		return to
	}
	packets := a.within()
	start := len(to)
	reference := packets[0].at.UnixNano() / int64(referenceUnit)
	to = append(to, 0x8f, 205, 0, 0)
	to = binary.BigEndian.AppendUint32(to, sender)
	to = binary.BigEndian.AppendUint32(to, media)
	to = binary.BigEndian.AppendUint16(to, uint16(a.next))
	to = binary.BigEndian.AppendUint16(to, uint16(packets[len(packets)-1].number-a.next+1))
	to = binary.BigEndian.AppendUint32(to, uint32(reference&0xff_ffff)<<8|uint32(a.count))
	deltas := a.classify(packets, time.Unix(0, reference*int64(referenceUnit)))
	to = appendChunks(to, a.statuses)
	to = appendDeltas(to, a.statuses, deltas)
	if padding := (4 - (len(to)-start)%4) % 4; padding > 0 {
		to = append(to, make([]byte, padding)...)
		to[len(to)-1] = byte(padding)
		to[start] |= 0x20
	}
	binary.BigEndian.PutUint16(to[start+2:], uint16((len(to)-start)/4-1))
	a.next = packets[len(packets)-1].number + 1
	a.packets = a.packets[:copy(a.packets, a.packets[len(packets):])]
	a.count++
	return to
}

// within gives the packets that fit into one message: neither too many numbers nor steps of time that do not fit.
func (a *Arrivals) within() []arrival {
	for i, packet := range a.packets {
		if i > 0 && packet.number-a.next >= mostFeedback {
			return a.packets[:i]
		}
	}
	return a.packets
}

// classify fills the status of each number, and gives the steps of time of those that came, in units.
func (a *Arrivals) classify(packets []arrival, before time.Time) []int16 {
	a.statuses = a.statuses[:0]
	deltas := make([]int16, 0, len(packets))
	number := a.next
	for _, packet := range packets {
		for ; number < packet.number; number++ {
			a.statuses = append(a.statuses, notReceived)
		}
		number++
		units := int64(packet.at.Sub(before) / deltaUnit)
		units = max(min(units, 32_767), -32_768)
		before = before.Add(time.Duration(units) * deltaUnit)
		deltas = append(deltas, int16(units))
		if units >= 0 && units <= 255 {
			a.statuses = append(a.statuses, smallDelta)
		} else {
			a.statuses = append(a.statuses, largeDelta)
		}
	}
	return deltas
}

// appendChunks writes runs of one status as such, everything else seven at a time.
func appendChunks(to []byte, statuses []uint8) []byte {
	for len(statuses) > 0 {
		run := 1
		for run < len(statuses) && statuses[run] == statuses[0] {
			run++
		}
		if run >= 7 || run == len(statuses) {
			to = binary.BigEndian.AppendUint16(to, uint16(statuses[0])<<13|uint16(run))
			statuses = statuses[run:]
			continue
		}
		vector := uint16(0xc000)
		taken := min(7, len(statuses))
		for i, status := range statuses[:taken] {
			vector |= uint16(status) << (12 - 2*i)
		}
		to = binary.BigEndian.AppendUint16(to, vector)
		statuses = statuses[taken:]
	}
	return to
}

func appendDeltas(to []byte, statuses []uint8, deltas []int16) []byte {
	for _, status := range statuses {
		switch status {
		case smallDelta:
			to = append(to, byte(deltas[0]))
		case largeDelta:
			to = binary.BigEndian.AppendUint16(to, uint16(deltas[0]))
		default:
			continue
		}
		deltas = deltas[1:]
	}
	return to
}
