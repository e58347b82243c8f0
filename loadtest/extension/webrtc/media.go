package webrtc

import (
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// media is the SRTP side of a link, once DTLS has given its keys.
type media struct {
	// Nil until the keys are there.
	reading atomic.Pointer[srtp.Context]

	// A link that moves has two readers for a moment.
	in     sync.Mutex
	header rtp.Header
	plain  []byte

	out     sync.Mutex
	writing *srtp.Context
	sealed  []byte
}

// WriteRTP encrypts and sends one packet. Nothing of it is kept.
func (l *Link) WriteRTP(header *rtp.Header, payload []byte) error {
	m := &l.media
	m.out.Lock()
	defer m.out.Unlock()
	if m.writing == nil {
		return ErrClosed
	}
	var plain [packetBytes]byte
	n, err := header.MarshalTo(plain[:])
	if err != nil {
		return err
	}
	n += copy(plain[n:], payload)
	sealed, err := m.writing.EncryptRTP(m.sealed[:0], plain[:n], header)
	if err != nil {
		return err
	}
	m.sealed = sealed
	return l.send(sealed)
}

// WriteRTCP encrypts and sends one compound packet. Nothing of it is kept.
func (l *Link) WriteRTCP(packet []byte) error {
	m := &l.media
	m.out.Lock()
	defer m.out.Unlock()
	if m.writing == nil {
		return ErrClosed
	}
	sealed, err := m.writing.EncryptRTCP(m.sealed[:0], packet, nil)
	if err != nil {
		return err
	}
	m.sealed = sealed
	return l.send(sealed)
}

func (l *Link) takeMedia(packet []byte) {
	m := &l.media
	reading := m.reading.Load()
	if reading == nil {
		return
	}
	m.in.Lock()
	defer m.in.Unlock()
	arrived := time.Now()
	// RTCP packet types lie in 192 to 223 (RFC 5761).
	if kind := packet[1]; kind >= 192 && kind <= 223 {
		plain, err := reading.DecryptRTCP(m.plain[:0], packet, nil)
		if err != nil {
			l.refused.Add(1)
			return
		}
		m.plain = plain
		if l.handlers.RTCP != nil {
			l.handlers.RTCP(plain, arrived)
		}
		return
	}
	m.header.Extensions = m.header.Extensions[:0]
	plain, err := reading.DecryptRTP(m.plain[:0], packet, &m.header)
	if err != nil {
		l.refused.Add(1)
		return
	}
	m.plain = plain
	if l.handlers.RTP != nil {
		l.handlers.RTP(&m.header, plain[headerBytes(plain):], arrived)
	}
}

// headerBytes is how long the header of a packet is that was read already. The library would write the same header shorter where its extensions
// have padding between them.
func headerBytes(packet []byte) int {
	n := 12 + 4*int(packet[0]&0x0f)
	if packet[0]&0x10 != 0 {
		n += 4 + 4*int(binary.BigEndian.Uint16(packet[n+2:]))
	}
	return min(n, len(packet))
}

// key takes the session's keys from DTLS. Called once.
func (m *media) key(conn *dtls.Conn) error {
	profile, ok := conn.SelectedSRTPProtectionProfile()
	if !ok {
		return errors.New("the server chose no SRTP profile")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return ErrClosed
	}
	config := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := config.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return err
	}
	keys := config.Keys
	reading, err := srtp.CreateContext(keys.RemoteMasterKey, keys.RemoteMasterSalt, config.Profile)
	if err != nil {
		return err
	}
	writing, err := srtp.CreateContext(keys.LocalMasterKey, keys.LocalMasterSalt, config.Profile)
	if err != nil {
		return err
	}
	m.out.Lock()
	m.writing = writing
	m.out.Unlock()
	m.reading.Store(reading)
	return nil
}
