package stream

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

const testPictures = 30

// sentPicture is one picture as a receiver reads it.
type sentPicture struct {
	descriptor codecs.VP8Packet
	key        bool
	bytes      int
	timestamp  uint32
	stamp      Stamp
	// What a decoder is given.
	frame []byte
	// Packets without a stamp.
	unstamped int
}

// isWhole is true where a decoder finds all that it needs in front.
func (p sentPicture) isWhole(of frames) bool {
	if p.key {
		return bytes.HasPrefix(p.frame, of.key)
	}
	return bytes.HasPrefix(p.frame, of.repeat)
}

// collect sends so many pictures of one encoding and gives them as a receiver reads them.
func collect(t *testing.T, e *Encoding, count int, before func(n int)) []sentPicture {
	t.Helper()
	pictures := []sentPicture{}
	var open *sentPicture
	write := func(header *rtp.Header, payload []byte) error {
		var read codecs.VP8Packet
		frame, err := read.Unmarshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		if read.S == 1 {
			open = &sentPicture{descriptor: read, key: frame[0]&1 == 0, timestamp: header.Timestamp}
		}
		stamp, ok := ReadStamp(payload)
		switch {
		case !ok:
			open.unstamped++
		case open.stamp == Stamp{}:
			open.stamp = stamp
		case open.stamp != stamp:
			t.Fatal("the stamps of a picture differ")
		}
		open.bytes += len(payload)
		open.frame = append(open.frame, frame...)
		if header.Timestamp != open.timestamp || read.TID != open.descriptor.TID {
			t.Fatal("the packets of a picture differ")
		}
		if header.Marker {
			pictures = append(pictures, *open)
		}
		return nil
	}
	for n := range count {
		before(n)
		if err := e.send(uint32(n*VideoClockRate/testPictures), testPictures, write); err != nil {
			t.Fatal(err)
		}
	}
	return pictures
}

func TestPicturesComeInThreeTemporalLayers(t *testing.T) {
	e := NewCamera(96, []int{600_000}).Encodings[0]
	pictures := collect(t, e, 400, func(int) {})
	wanted := []uint8{0, 2, 1, 2}
	for n, p := range pictures {
		d := p.descriptor
		if d.X != 1 || d.I != 1 || d.L != 1 || d.T != 1 || d.TID != wanted[n%4] {
			t.Fatalf("picture %d: %+v", n, d)
		}
		if n == 0 {
			continue
		}
		before := pictures[n-1].descriptor
		if d.PictureID != (before.PictureID+1)&0x7fff {
			t.Fatalf("picture id %d after %d", d.PictureID, before.PictureID)
		}
		step := uint8(0)
		if d.TID == 0 {
			step = 1
		}
		if d.TL0PICIDX != before.TL0PICIDX+step {
			t.Fatalf("picture %d: TL0PICIDX %d after %d", n, d.TL0PICIDX, before.TL0PICIDX)
		}
	}
	// Whoever takes a layer in needs a picture of it that hangs on layer 0 alone.
	if synced := pictures[1].descriptor.Y == 1 && pictures[2].descriptor.Y == 1 && pictures[3].descriptor.Y == 0; !synced {
		t.Error("the layers cannot be taken in one after the other")
	}
}

func TestTheBitRateIsKeptWhateverKeyFramesAreAskedFor(t *testing.T) {
	for _, bits := range []int{60_000, 200_000, 600_000} {
		e := NewCamera(96, []int{bits}).Encodings[0]
		pictures := collect(t, e, 20*testPictures, func(n int) {
			if n%testPictures == 0 {
				e.AskKeyFrame()
			}
		})
		sum, keys := 0, 0
		for n, p := range pictures {
			sum += p.bytes
			if p.key {
				keys++
				if n%testPictures != 0 || p.descriptor.TID != 0 || p.bytes < 5*bits/8/testPictures {
					t.Errorf("picture %d is a key frame of %d bytes in layer %d", n, p.bytes, p.descriptor.TID)
				}
			}
		}
		if got := sum * 8 / 20; got < bits*95/100 || got > bits*105/100 {
			t.Errorf("%d bits a second instead of %d", got, bits)
		}
		if keys != 20 {
			t.Errorf("%d key frames instead of 20", keys)
		}
	}
}

func TestAllEncodingsAreDueTogetherByTheirOwnClocks(t *testing.T) {
	c := NewCamera(96, []int{60_000, 200_000, 600_000})
	for layer, e := range c.Encodings {
		pictures := collect(t, e, 10, func(int) {})
		last := pictures[len(pictures)-1]
		byStamp, known := c.Schedule().DueAfter(last.stamp.Ticks)
		byTimestamp, ok := e.Schedule.Due(last.timestamp)
		if !known || !ok || !byStamp.Equal(byTimestamp) || int(last.stamp.Layer) != layer {
			t.Errorf("layer %d: %+v due at %v or %v", layer, last.stamp, byStamp, byTimestamp)
		}
	}
	// A sender report puts the clocks of all in relation.
	now := c.Schedule().At(12_345)
	for _, e := range c.Encodings {
		if ticks := e.Schedule.TimestampAt(now) - e.Schedule.first; ticks < 12_344 || ticks > 12_345 {
			t.Errorf("a clock shows %d ticks", ticks)
		}
	}
}

func TestADecoderIsGivenEachPictureWholeAndInFront(t *testing.T) {
	for layer, e := range NewCamera(96, []int{60_000, 200_000, 600_000}).Encodings {
		pictures := collect(t, e, 20, func(n int) {
			if n == 10 {
				e.AskKeyFrame()
			}
		})
		for n, p := range pictures {
			if p.key != (n == 0 || n == 10) || !p.isWhole(e.frames) {
				t.Errorf("picture %d of encoding %d: key %v, %d bytes", n, layer, p.key, len(p.frame))
			}
			// What is decoded of the largest key frame is more than a packet.
			if large := p.key && layer == 2; large != (p.unstamped == 1) || p.unstamped > 1 {
				t.Errorf("picture %d of encoding %d: %d packets without a stamp", n, layer, p.unstamped)
			}
		}
	}
}

func TestTheLowestBitRateHasRoomForWhatIsDecoded(t *testing.T) {
	for layer, e := range NewCamera(96, []int{1, 1, 1}).Encodings {
		for n, p := range collect(t, e, 5, func(int) {}) {
			if !p.isWhole(e.frames) {
				t.Errorf("picture %d of encoding %d: %d bytes", n, layer, len(p.frame))
			}
		}
	}
}
