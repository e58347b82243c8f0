package stream

import (
	"math/rand/v2"
	"testing"
)

// boolDecoder reads as RFC 6386 says in section 7.3, one bit after the other.
type boolDecoder struct {
	bytes        []byte
	value, width uint32
	at           int
}

func newBoolDecoder(bytes []byte) *boolDecoder {
	d := &boolDecoder{bytes: bytes, width: 255}
	for range 8 {
		d.shift()
	}
	return d
}

func (d *boolDecoder) shift() {
	d.value = d.value<<1 | uint32(d.bytes[d.at/8]>>(7-d.at%8)&1)
	d.at++
}

func (d *boolDecoder) read(falseOf256 uint8) bool {
	split := 1 + (d.width-1)*uint32(falseOf256)/256
	value := d.value >= split
	if value {
		d.value -= split
		d.width -= split
	} else {
		d.width = split
	}
	for ; d.width < 128; d.width *= 2 {
		d.shift()
	}
	return value
}

func TestWhatIsWrittenIsReadWhateverFollowsIt(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		type one struct {
			value       bool
			probability uint8
		}
		written := make([]one, random.IntN(3000))
		encoder := newBoolEncoder()
		for n := range written {
			probability := uint8(1 + random.IntN(255))
			if random.IntN(2) == 0 {
				probability = []uint8{1, 255}[random.IntN(2)]
			}
			// Most are what was expected, as in a picture: the interval lies at its upper end for long, where bytes carry.
			expected := random.IntN(256) >= int(probability)
			written[n] = one{expected != (random.IntN(20) == 0), probability}
			encoder.put(written[n].value, probability)
		}
		bytes := encoder.finish()
		for range 8 {
			bytes = append(bytes, byte(random.Uint32()))
		}
		decoder := newBoolDecoder(bytes)
		for n, w := range written {
			if decoder.read(w.probability) != w.value {
				t.Fatalf("decision %d of %d was read as another", n, len(written))
			}
		}
	}
}
