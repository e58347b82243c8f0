package stream

import (
	_ "embed"
	"fmt"
	"time"
)

// spoken is some seconds of speech as Opus packets one after the other, all of one size; loadtest/README.md says what made it.
//
//go:embed speech.opus
var spoken []byte

const (
	// 40 kbit/s, the most that the web client asks its encoder for.
	spokenPacketBytes = 100
	spokenPtime       = 20 * time.Millisecond
	longPtime         = 60 * time.Millisecond
)

// Speech is sound in packets of one length.
type Speech struct {
	ptime   time.Duration
	packets [][]byte
}

// NewSpeech gives speech of 40 kbit/s in packets of 20 or 60 ms; the error names these where another length is asked for.
func NewSpeech(ptime time.Duration) (*Speech, error) {
	if ptime != spokenPtime && ptime != longPtime {
		return nil, fmt.Errorf("a packet of sound holds 20 or 60 ms, not %s: set ptimeMs to one of them", ptime)
	}
	s := &Speech{ptime: ptime}
	for at := 0; at < len(spoken); at += spokenPacketBytes {
		s.packets = append(s.packets, spoken[at:at+spokenPacketBytes])
	}
	if ptime == longPtime {
		s.packets = threeInOne(s.packets)
	}
	return s, nil
}

// threeInOne makes packets of three frames each of packets of one, and as large as they were together (RFC 6716, section 3.2.5).
func threeInOne(packets [][]byte) [][]byte {
	// The last two bits of its first byte say how many frames a packet has: more than two, of one size; and how the next byte counts them.
	const severalFrames, padded, three = 3, 0x40, 3
	joined := [][]byte{}
	for ; len(packets) > 0; packets = packets[three:] {
		// The first bytes of the other two pay for this count and for a padding of no bytes.
		packet := []byte{packets[0][0] | severalFrames, padded | three, 0}
		for _, one := range packets[:three] {
			packet = append(packet, one[1:]...)
		}
		joined = append(joined, packet)
	}
	return joined
}
