package crowd

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"lectern-loadtest/stream"
)

const (
	// Numbers as Chromium gives them.
	opusType, vp8Type, vp8AgainType = 111, 96, 97
	opusRate, vp8Rate               = 48_000, stream.VideoClockRate
	// So many packets are kept for those that are asked for again.
	historyPackets = 512
	// Continuous speech at -30 dBov, with the voice bit (RFC 6464).
	speechLevel = 0x80 | 30
	// From 1900, where NTP begins, to 1970.
	ntpOffset = 2_208_988_800
)

// outbound is one stream that is sent, with the header extensions and the memory of a browser's.
type outbound struct {
	source *stream.Source
	// picture is the encoding that this is; nil for sound.
	picture *stream.Encoding
	over    *publication
	mid     string
	// rid names the encoding among those of its camera; empty for sound.
	rid   string
	ids   extensionIDs
	again uint32

	mu       sync.Mutex
	history  [historyPackets]sent
	againSeq uint16
}

type sent struct {
	header  rtp.Header
	payload []byte
}

// extensionIDs are zero where the server does not take the extension.
type extensionIDs struct{ mid, rid, ridAgain, absSendTime, transportCC, audioLevel uint8 }

func extensionsOf(kind string, router capabilities) extensionIDs {
	ids := extensionIDs{
		mid:         router.extensionID(kind, midURI),
		absSendTime: router.extensionID(kind, absSendTimeURI),
		transportCC: router.extensionID(kind, transportCCURI),
	}
	if kind == "audio" {
		ids.audioLevel = router.extensionID(kind, audioLevelURI)
	} else {
		ids.rid, ids.ridAgain = router.extensionID(kind, ridURI), router.extensionID(kind, ridAgainURI)
	}
	return ids
}

func (e extensionIDs) parameters() []map[string]any {
	list := []map[string]any{}
	for _, one := range []struct {
		uri string
		id  uint8
	}{
		{midURI, e.mid}, {ridURI, e.rid}, {ridAgainURI, e.ridAgain},
		{absSendTimeURI, e.absSendTime}, {transportCCURI, e.transportCC}, {audioLevelURI, e.audioLevel},
	} {
		if one.id != 0 {
			list = append(list, map[string]any{"uri": one.uri, "id": one.id})
		}
	}
	return list
}

// write sends one packet of the source, and keeps it.
func (o *outbound) write(header *rtp.Header, payload []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	kept := &o.history[header.SequenceNumber%historyPackets]
	kept.header = rtp.Header{
		Version: 2, Marker: header.Marker, PayloadType: header.PayloadType,
		SequenceNumber: header.SequenceNumber, Timestamp: header.Timestamp, SSRC: header.SSRC,
	}
	kept.payload = append(kept.payload[:0], payload...)
	return o.send(kept.header, payload)
}

func (o *outbound) send(header rtp.Header, payload []byte) error {
	if err := o.extend(&header); err != nil {
		return err
	}
	return o.over.link.WriteRTP(&header, payload)
}

// extend adds what a browser tells in the header of each packet.
func (o *outbound) extend(header *rtp.Header) error {
	var bytes [3]byte
	set := func(id uint8, value []byte) error {
		if id == 0 {
			return nil
		}
		return header.SetExtension(id, value)
	}
	if err := set(o.ids.mid, []byte(o.mid)); err != nil {
		return err
	}
	if o.rid != "" {
		id := o.ids.rid
		if header.SSRC == o.again {
			id = o.ids.ridAgain
		}
		if err := set(id, []byte(o.rid)); err != nil {
			return err
		}
	}
	// Seconds in 6 bits and a fraction of 18.
	now := time.Now().UnixNano()
	ticks := uint32(now/int64(time.Second))<<18 | uint32(now%int64(time.Second)<<18/int64(time.Second))
	bytes[0], bytes[1], bytes[2] = byte(ticks>>16), byte(ticks>>8), byte(ticks)
	if err := set(o.ids.absSendTime, bytes[:]); err != nil {
		return err
	}
	var number [2]byte
	binary.BigEndian.PutUint16(number[:], uint16(o.over.numbers.Add(1)))
	if err := set(o.ids.transportCC, number[:]); err != nil {
		return err
	}
	return set(o.ids.audioLevel, []byte{speechLevel})
}

// repeat sends packets again that the server asks for: pictures under their own SSRC (RFC 4588), sound as it was.
func (o *outbound) repeat(numbers []uint16) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, number := range numbers {
		kept := &o.history[number%historyPackets]
		if kept.header.Version == 0 || kept.header.SequenceNumber != number {
			continue
		}
		header, payload := kept.header, kept.payload
		if o.again != 0 {
			o.againSeq++
			header.SSRC, header.PayloadType, header.SequenceNumber = o.again, vp8AgainType, o.againSeq
			payload = append(binary.BigEndian.AppendUint16(nil, number), payload...)
		}
		// A link that is closing repeats nothing.
		_ = o.send(header, payload)
	}
}

// report is a sender report with the name that the stream goes by.
func (o *outbound) report(now time.Time) ([]byte, error) {
	seconds := uint64(now.Unix()+ntpOffset) << 32
	fraction := uint64(now.Nanosecond()) << 32 / uint64(time.Second)
	return rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{
			SSRC:        o.source.SSRC,
			NTPTime:     seconds | fraction,
			RTPTime:     o.source.Schedule.TimestampAt(now),
			PacketCount: uint32(o.source.Sent.Load()),
			OctetCount:  uint32(o.source.Octets.Load()),
		},
		rtcp.NewCNAMESourceDescription(o.source.SSRC, o.over.name),
	})
}
