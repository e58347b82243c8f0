package crowd

import (
	"encoding/binary"
	"math"
)

const datagramBytes = 16

// Datagram is one window as it travels (contracts/src/datagram.ts): a score in 0..1, or that the device could not tell.
func Datagram(window uint32, score float64, abstains bool) []byte {
	const (
		version      = 1
		scored       = 4
		couldNotTell = 1
		modelTag     = 1
	)
	bytes := make([]byte, datagramBytes)
	bytes[0] = version
	binary.BigEndian.PutUint32(bytes[4:], window)
	binary.BigEndian.PutUint32(bytes[10:], modelTag)
	if abstains {
		bytes[2] = couldNotTell
		return bytes
	}
	bytes[1] = scored
	binary.BigEndian.PutUint16(bytes[8:], uint16(math.Round(score*65535)))
	return bytes
}
