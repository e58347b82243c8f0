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
	keyFrame     atomic.Bool
}

// NewSource makes a source whose first packet is due now.
func NewSource(ssrc uint32, payloadType uint8, clockRate int) *Source {
	s := &Source{
		SSRC:         ssrc,
		PayloadType:  payloadType,
		Schedule:     NewSchedule(rand.Uint32(), clockRate),
		SendLateness: &Histogram{},
	}
	s.keyFrame.Store(true)
	return s
}

// AskKeyFrame makes the next picture a key frame.
func (s *Source) AskKeyFrame() { s.keyFrame.Store(true) }

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

const (
	videoClockRate  = 90_000
	videoPayload    = 1100
	vp8KeyFrameSize = 4
)

// PlayVP8 sends pictures at so many a second and bits a second, in the form of VP8 (RFC 7741), until ctx ends. The first picture, and the next
// after each AskKeyFrame, is a key frame four times as large.
func (s *Source) PlayVP8(ctx context.Context, framesPerSecond, bitsPerSecond int, write Writer) error {
	random := rand.New(rand.NewPCG(uint64(s.SSRC), 2))
	payload := make([]byte, videoPayload)
	step := uint32(videoClockRate / framesPerSecond)
	frameBytes := bitsPerSecond / 8 / framesPerSecond
	header := rtp.Header{Version: 2, PayloadType: s.PayloadType, SSRC: s.SSRC, SequenceNumber: uint16(rand.Uint32())}
	var pictureID uint16
	for ticks := uint32(0); ; ticks += step {
		if err := s.wait(ctx, ticks); err != nil {
			return nil
		}
		key := s.keyFrame.Swap(false)
		left := frameBytes
		if key {
			left *= vp8KeyFrameSize
		}
		header.Timestamp = s.Schedule.Sent(ticks)
		pictureID = (pictureID + 1) & 0x7fff
		for start := true; start || left > 0; start = false {
			part := payload[:min(videoPayload, max(left, 32))]
			fill(part, random)
			vp8Descriptor(part, start, key, pictureID)
			left -= len(part)
			header.Marker = left <= 0
			if err := s.leave(&header, part, ticks, write); err != nil {
				return err
			}
		}
	}
}

// vp8Descriptor writes the payload descriptor with a 15-bit picture id, and on the first packet the frame header's key bit.
func vp8Descriptor(packet []byte, start, key bool, pictureID uint16) {
	packet[0] = 0x80
	if start {
		packet[0] |= 0x10
	}
	packet[1] = 0x80
	binary.BigEndian.PutUint16(packet[2:], 0x8000|pictureID)
	if !start {
		return
	}
	// The low bit of the frame header is zero on a key frame; its start code and size follow.
	packet[4] = 0x10 | 1
	if key {
		packet[4] = 0x10
		copy(packet[7:], []byte{0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01})
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
