package stream

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// Writer takes the packets of a source.
type Writer func(header *rtp.Header, payload []byte) error

// Source is one stream as an encoder would send it.
type Source struct {
	SSRC        uint32
	PayloadType uint8
	Schedule    *Schedule
	// SendLateness is how much later than scheduled packets left: what the generator itself adds.
	SendLateness *Histogram
	// Sent counts packets, Octets the bytes of their payloads.
	Sent, Octets atomic.Uint64
}

// NewSource makes a source whose first packet is due now.
func NewSource(ssrc uint32, payloadType uint8, clockRate int) *Source {
	return &Source{
		SSRC:         ssrc,
		PayloadType:  payloadType,
		Schedule:     NewSchedule(rand.Uint32(), clockRate),
		SendLateness: &Histogram{},
	}
}

const opusClockRate = 48_000

// PlayOpus sends continuous speech: one packet every ptime of `bitsPerSecond` in wideband SILK, until ctx ends. Opus has frames of 20 and 60 ms.
func (s *Source) PlayOpus(ctx context.Context, ptime time.Duration, bitsPerSecond int, write Writer) error {
	// RFC 6716, section 3.1: configurations 9 and 11 are SILK wideband of 20 and 60 ms; code 0 is one frame, mono.
	toc := byte(9 << 3)
	if ptime == 60*time.Millisecond {
		toc = 11 << 3
	}
	payload := make([]byte, max(int(float64(bitsPerSecond)*ptime.Seconds()/8), 2))
	random := rand.New(rand.NewPCG(uint64(s.SSRC), 1))
	step := uint32(ptime.Seconds() * opusClockRate)
	header := rtp.Header{Version: 2, PayloadType: s.PayloadType, SSRC: s.SSRC, SequenceNumber: uint16(rand.Uint32()), Marker: true}
	for ticks := uint32(0); ; ticks += step {
		if err := s.wait(ctx, ticks); err != nil {
			return nil
		}
		fill(payload, random)
		payload[0] = toc
		header.Timestamp = s.Schedule.Sent(ticks)
		if err := s.leave(&header, payload, ticks, write); err != nil {
			return err
		}
		header.Marker = false
	}
}

func (s *Source) wait(ctx context.Context, ticks uint32) error {
	timer := time.NewTimer(time.Until(s.Schedule.At(ticks)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Source) leave(header *rtp.Header, payload []byte, ticks uint32, write Writer) error {
	s.SendLateness.Add(time.Since(s.Schedule.At(ticks)))
	if err := write(header, payload); err != nil {
		return err
	}
	s.Sent.Add(1)
	s.Octets.Add(uint64(len(payload)))
	header.SequenceNumber++
	return nil
}

func fill(bytes []byte, random *rand.Rand) {
	for i := 0; i+8 <= len(bytes); i += 8 {
		binary.LittleEndian.PutUint64(bytes[i:], random.Uint64())
	}
}
