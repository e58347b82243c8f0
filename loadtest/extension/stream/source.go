package stream

import (
	"context"
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

// PlayOpus sends this speech again and again until ctx ends.
func (s *Source) PlayOpus(ctx context.Context, speech *Speech, write Writer) error {
	step := uint32(speech.ptime.Seconds() * opusClockRate)
	header := rtp.Header{Version: 2, PayloadType: s.PayloadType, SSRC: s.SSRC, SequenceNumber: uint16(rand.Uint32()), Marker: true}
	for n, ticks := 0, uint32(0); ; n, ticks = (n+1)%len(speech.packets), ticks+step {
		if err := s.wait(ctx, ticks); err != nil {
			return nil
		}
		header.Timestamp = s.Schedule.Sent(ticks)
		if err := s.leave(&header, speech.packets[n], ticks, write); err != nil {
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
