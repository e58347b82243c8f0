package stream

import "time"

// Missing are the packets of one stream that are asked for again (NACK), as browsers do: at once when a gap shows, and then once in a
// round trip. Used from one goroutine at a time.
type Missing struct {
	// Tries is how often a packet is asked for at most.
	Tries int
	// Asked counts requests for a packet, Recovered those that came of it, GivenUp those that did not.
	Asked, Recovered, GivenUp uint64

	highest uint64
	waiting []missingPacket
	due     []uint16
}

type missingPacket struct {
	number uint64
	tries  int
	askAt  time.Time
}

// mostMissing of one stream: past it browsers give up and ask for a key frame.
const mostMissing = 500

// Take notes that the packet with this number came; true when the gap before it is to be asked for now.
func (m *Missing) Take(number uint64, now time.Time) bool {
	if m.highest == 0 {
		m.highest = number
		return false
	}
	if number <= m.highest {
		m.found(number)
		return false
	}
	gap := number - m.highest - 1
	if gap > mostMissing || len(m.waiting)+int(gap) > mostMissing {
		m.GivenUp += gap + uint64(len(m.waiting))
		m.waiting = nil
		gap = 0
	}
	for n := number - gap; n < number; n++ {
		m.waiting = append(m.waiting, missingPacket{number: n, askAt: now})
	}
	m.highest = number
	return gap > 0
}

// Due gives the sequence numbers to ask for now; the slice is reused by the next call.
func (m *Missing) Due(now time.Time, roundTrip time.Duration) []uint16 {
	m.due = m.due[:0]
	kept := m.waiting[:0]
	for _, packet := range m.waiting {
		if now.Before(packet.askAt) {
			kept = append(kept, packet)
			continue
		}
		if packet.tries >= m.Tries {
			m.GivenUp++
			continue
		}
		packet.tries++
		packet.askAt = now.Add(max(roundTrip, 20*time.Millisecond))
		m.due = append(m.due, uint16(packet.number))
		kept = append(kept, packet)
	}
	m.waiting = kept
	m.Asked += uint64(len(m.due))
	return m.due
}

// Any is true while something is waited for.
func (m *Missing) Any() bool { return len(m.waiting) > 0 }

func (m *Missing) found(number uint64) {
	for i, packet := range m.waiting {
		if packet.number != number {
			continue
		}
		if packet.tries > 0 {
			m.Recovered++
		}
		m.waiting = append(m.waiting[:i], m.waiting[i+1:]...)
		return
	}
}
