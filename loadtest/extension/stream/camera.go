package stream

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
)

const (
	// VideoClockRate in ticks a second.
	VideoClockRate = 90_000
	videoPayload   = 1100
	// A key frame is so many usual pictures large; those after it are smaller by a quarter until that is made good, as an encoder's rate control does.
	keyFrameSize, repayShare = 6, 4
)

// sizes of the pictures of a camera of 720 lines (client/src/classroom/encodings.ts).
var sizes = []size{{320, 180}, {640, 360}, {1280, 720}}

// framesOfSizes are made once: that takes some milliseconds.
var framesOfSizes = sync.OnceValue(func() []frames {
	made := make([]frames, len(sizes))
	for n, of := range sizes {
		made[n] = newFrames(of)
	}
	return made
})

// temporalPattern is that of three temporal layers (L1T3): a quarter of the pictures alone, half of them with layer 1, all with layer 2. `size` is
// relative to the mean picture: 40, 20 and 40 % of the bits.
var temporalPattern = []struct {
	layer uint8
	size  float64
	sync  bool
}{{0, 1.6, false}, {2, 0.8, true}, {1, 0.8, true}, {2, 0.8, false}}

// Camera is one camera in several encodings (simulcast): each picture in all of them, at the same time.
type Camera struct {
	// Encodings, from the smallest picture to the largest.
	Encodings []*Encoding
}

// Encoding is one size of the pictures.
type Encoding struct {
	*Source
	BitsPerSecond int
	// Width of its pictures in pixels.
	Width int
	// KeyFrames counts those sent.
	KeyFrames atomic.Uint64

	layer    uint8
	keyFrame atomic.Bool
	header   rtp.Header
	picture  picture
	frames   frames
	// Pictures since the last key frame, and the bytes that it took ahead.
	sinceKey, debt int
	random         *rand.Rand
}

// NewCamera makes one whose first picture is due now, with so many bits a second for each encoding, of which there are three at most.
func NewCamera(payloadType uint8, bitsPerSecond []int) *Camera {
	// Before the first picture is due.
	pictures := framesOfSizes()
	c := &Camera{}
	for layer, bits := range bitsPerSecond {
		source := NewSource(rand.Uint32(), payloadType, VideoClockRate)
		e := &Encoding{
			Source:        source,
			BitsPerSecond: bits,
			Width:         sizes[layer].width,
			layer:         uint8(layer),
			header:        rtp.Header{Version: 2, PayloadType: payloadType, SSRC: source.SSRC, SequenceNumber: uint16(rand.Uint32())},
			picture:       picture{id: uint16(rand.Uint32()) & 0x7fff, tl0: uint8(rand.Uint32())},
			frames:        pictures[layer],
			random:        rand.New(rand.NewPCG(uint64(source.SSRC), 2)),
		}
		e.keyFrame.Store(true)
		c.Encodings = append(c.Encodings, e)
		e.Schedule.start = c.Schedule().start
	}
	return c
}

// Schedule by which stamps are read.
func (c *Camera) Schedule() *Schedule { return c.Encodings[0].Schedule }

// Play sends so many pictures a second until ctx ends, each encoding by its own writer. The bit rates are kept from the first picture on: what a
// browser's congestion control would do is left out.
func (c *Camera) Play(ctx context.Context, picturesPerSecond int, writers []Writer) error {
	step := uint32(VideoClockRate / picturesPerSecond)
	for ticks := uint32(0); ; ticks += step {
		if c.Encodings[0].wait(ctx, ticks) != nil {
			return nil
		}
		for n, e := range c.Encodings {
			if err := e.send(ticks, picturesPerSecond, writers[n]); err != nil {
				return err
			}
		}
	}
}

// AskKeyFrame makes the next picture of this encoding a key frame.
func (e *Encoding) AskKeyFrame() { e.keyFrame.Store(true) }

// send sends one picture in as many packets as it needs: its data, what a decoder passes over to make the size, and the stamp.
func (e *Encoding) send(ticks uint32, picturesPerSecond int, write Writer) error {
	left := e.next(e.BitsPerSecond / 8 / picturesPerSecond)
	data := e.frames.repeat
	if e.picture.key {
		data = e.frames.key
	}
	e.header.Timestamp = e.Schedule.Sent(ticks)
	var buffer [videoPayload]byte
	for first := true; first || left > 0 || len(data) > 0; first = false {
		packet := buffer[:min(videoPayload, max(left, descriptorBytes+len(data)+stampBytes))]
		e.picture.describe(packet, first)
		copied := copy(packet[descriptorBytes:], data)
		data = data[copied:]
		if rest := packet[descriptorBytes+copied:]; len(rest) < stampBytes {
			packet[descriptorBytes-1] |= unstamped
		} else {
			fill(rest, e.random)
			Stamp{ticks, e.layer}.write(rest)
		}
		left -= len(packet)
		e.header.Marker = left <= 0 && len(data) == 0
		if err := e.leave(&e.header, packet, ticks, write); err != nil {
			return err
		}
	}
	return nil
}

// next goes on to the next picture, and gives its bytes; `mean` are those of one picture.
func (e *Encoding) next(mean int) int {
	key := e.keyFrame.Swap(false)
	e.sinceKey++
	if key {
		e.sinceKey = 0
	}
	place := temporalPattern[e.sinceKey%len(temporalPattern)]
	e.picture.id = (e.picture.id + 1) & 0x7fff
	e.picture.temporal, e.picture.sync, e.picture.key = place.layer, place.sync, key
	if place.layer == 0 {
		e.picture.tl0++
	}
	size := int(float64(mean) * place.size)
	if key {
		e.KeyFrames.Add(1)
		e.debt += keyFrameSize*mean - size
		return keyFrameSize * mean
	}
	repaid := min(e.debt, size/repayShare)
	e.debt -= repaid
	return size - repaid
}

func fill(bytes []byte, random *rand.Rand) {
	for i := 0; i+8 <= len(bytes); i += 8 {
		binary.LittleEndian.PutUint64(bytes[i:], random.Uint64())
	}
}
