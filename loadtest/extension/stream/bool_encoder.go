package stream

// boolEncoder writes yes and no, each with how probable it was, as RFC 6386 has it in section 7: the number that it writes lies in an interval that
// each of them narrows.
type boolEncoder struct {
	bytes []byte
	// The interval, in units of the last bit that was shifted in; width is 128 to 255.
	low, width uint32
	// Bits of low beyond its last eight.
	shifted int
}

func newBoolEncoder() *boolEncoder { return &boolEncoder{width: 255} }

// put writes one that was expected to be false in so many of 256 cases.
func (b *boolEncoder) put(value bool, falseOf256 uint8) {
	split := 1 + (b.width-1)*uint32(falseOf256)>>8
	if value {
		b.low += split
		b.width -= split
	} else {
		b.width = split
	}
	for ; b.width < 128; b.width <<= 1 {
		b.low <<= 1
		if b.shifted++; b.shifted == 8 {
			b.leave(b.low >> 8)
			b.low, b.shifted = b.low&0xff, 0
		}
	}
}

// leave writes a byte that changes no more, but by a carry, which is its ninth bit.
func (b *boolEncoder) leave(value uint32) {
	if value > 0xff {
		at := len(b.bytes) - 1
		for ; b.bytes[at] == 0xff; at-- {
			b.bytes[at] = 0
		}
		b.bytes[at]++
	}
	b.bytes = append(b.bytes, byte(value))
}

// literal writes a number of so many bits.
func (b *boolEncoder) literal(value uint32, bits int) {
	for bits--; bits >= 0; bits-- {
		b.put(value>>bits&1 == 1, 128)
	}
}

// finish gives all that was written; what follows it is not read.
func (b *boolEncoder) finish() []byte {
	b.literal(0, 32)
	return b.bytes
}
