package stream

import "encoding/binary"

const (
	// The payload descriptor (RFC 7741, section 4.2) with a picture id of 15 bits, TL0PICIDX, and the temporal layer.
	descriptorBytes = 6
	// What stands at the end of a packet: see Stamp.
	stampBytes = 5
	// A bit of the descriptor's last byte that receivers pass over: what is decoded takes the room of the stamp.
	unstamped = 0x01
)

// picture is one picture of one encoding.
type picture struct {
	id       uint16
	tl0      uint8
	temporal uint8
	// sync is true where the picture hangs on pictures of layer 0 alone: from here on its layer can be taken in.
	sync, key bool
}

// describe writes the payload descriptor of one packet.
func (p *picture) describe(packet []byte, first bool) {
	const extended, start, pictureID, level, temporal, layerSync = 0x80, 0x10, 0x80, 0x40, 0x20, 0x20
	packet[0] = extended
	if first {
		packet[0] |= start
	}
	packet[1] = pictureID | level | temporal
	binary.BigEndian.PutUint16(packet[2:], 0x8000|p.id)
	packet[4] = p.tl0
	packet[5] = p.temporal << 6
	if p.sync {
		packet[5] |= layerSync
	}
}

// Stamp is what a packet of our pictures says at its end, beyond all that a decoder reads: a server may renumber a picture in time when it changes
// between the encodings, so its RTP timestamp does not say when it was due. The first packet of a large key frame has no room for it.
type Stamp struct {
	// Ticks of the camera's clock since its beginning.
	Ticks uint32
	// Layer is the place of the encoding, from the smallest picture on.
	Layer uint8
}

func (s Stamp) write(packet []byte) {
	end := packet[len(packet)-stampBytes:]
	binary.BigEndian.PutUint32(end, s.Ticks)
	end[4] = s.Layer
}

// ReadStamp reads what a Camera wrote; false where the packet has none.
func ReadStamp(packet []byte) (Stamp, bool) {
	if len(packet) < descriptorBytes+stampBytes || packet[descriptorBytes-1]&unstamped != 0 {
		return Stamp{}, false
	}
	end := packet[len(packet)-stampBytes:]
	return Stamp{binary.BigEndian.Uint32(end), end[4]}, true
}
