package crowd

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// Flood is what somebody sends far more of than any page.
type Flood string

const (
	// FloodOfFrames are questions over signalling, each as a page asks it.
	FloodOfFrames Flood = "frames"
	// FloodOfPackets is sealed RTP over the link for receiving.
	FloodOfPackets Flood = "packets"
	// FloodOfDatagrams are scores over the data channel, of a crowd that contributes.
	FloodOfDatagrams Flood = "datagrams"
	// FloodOfGarbage is what nothing is made of: over signalling what is no JSON, of no known type, of wrong types, and now and then too large; to
	// the media port bytes that begin as STUN, DTLS, RTP and RTCP do, and SCTP garbage inside DTLS; over the data channel wrong bytes and lengths.
	FloodOfGarbage Flood = "garbage"
)

// way is one of those that a flood takes, and that the server cuts.
type way int

const (
	overSignalling way = iota
	overReceiving
	overSignal
)

// flooding is one student's flood while it lasts.
type flooding struct {
	of   Flood
	from time.Time
	cut  atomic.Bool
}

// goes is whether the server ends this flood by cutting this way. Whatever else it cuts meanwhile ends no flood.
func (f *flooding) goes(w way) bool {
	switch f.of {
	case FloodOfFrames:
		return w == overSignalling
	case FloodOfPackets:
		return w == overReceiving
	case FloodOfDatagrams:
		return w == overSignal
	default:
		return true
	}
}

// Flood lets everybody of the crowd send so much of it a second, for this long, and gives how many of them the server cut. Whoever is cut comes back
// as a browser would, and goes on; how soon each was cut first shows in the group.
func (c *Crowd) Flood(ctx context.Context, of Flood, perSecond float64, span time.Duration) (cut int) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var all sync.WaitGroup
	students := c.Students()
	floods := make([]*flooding, len(students))
	for n, student := range students {
		floods[n] = &flooding{of: of, from: time.Now()}
		student.flooding.Store(floods[n])
		all.Go(func() { student.flood(ctx, perSecond, student.pieceOf(of)) })
	}
	all.Wait()
	for n, student := range students {
		student.flooding.Store(nil)
		if floods[n].cut.Load() {
			cut++
		}
	}
	return cut
}

// flood sends in bursts of a hundredth of a second, so that thousands a second need no timer each. A burst that comes late is larger by what is owed.
func (s *Student) flood(ctx context.Context, perSecond float64, send func()) {
	const burstEvery = 10 * time.Millisecond
	ticker := time.NewTicker(burstEvery)
	defer ticker.Stop()
	began, sent := time.Now(), 0
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		case <-s.life.Done():
			return
		}
		for owed := int(perSecond * time.Since(began).Seconds()); sent < owed; sent++ {
			send()
		}
	}
}

// pieceOf sends one piece of a flood.
func (s *Student) pieceOf(flood Flood) func() {
	switch flood {
	case FloodOfFrames:
		return func() { s.sendFrame([]byte(askingTheTime)) }
	case FloodOfPackets:
		header := &rtp.Header{Version: 2, PayloadType: 111, SSRC: mathrand.Uint32()}
		return func() { s.sendPacket(header) }
	case FloodOfDatagrams:
		return func() {
			at, _ := s.class.classTime(time.Now())
			s.sendOverChannel(Datagram(uint32(at/WindowSpan), 0.5, false))
		}
	default:
		garbage := []func(){s.garbageFrame, s.garbagePacket, s.garbageDatagram}
		return func() { garbage[mathrand.IntN(len(garbage))]() }
	}
}

// noteCut takes how long a flood was borne before the server first ended the way that it took.
func (s *Student) noteCut(w way) {
	if f := s.flooding.Load(); f != nil && f.goes(w) && !f.cut.Swap(true) {
		s.group.Cut.Add(time.Since(f.from))
	}
}

func (s *Student) sendFrame(frame []byte) {
	if client := s.client.Load(); client != nil && client.Raw(frame) == nil {
		s.group.Flooded.Add(1)
	}
}

func (s *Student) sendPacket(header *rtp.Header) {
	var payload [1000]byte
	r := s.media.Load()
	if r == nil {
		return
	}
	header.SequenceNumber++
	if r.link.WriteRTP(header, payload[:]) == nil {
		s.group.Flooded.Add(1)
	}
}

func (s *Student) sendOverChannel(datagram []byte) {
	g := s.signal.Load()
	switch err := s.sendDatagram(datagram); {
	case err == nil:
		s.group.Flooded.Add(1)
	case g != nil && !errors.Is(err, errNoChannel):
		s.signalEnded(g)
	}
}

// askingTheTime is a question that nobody waits for.
const askingTheTime = `42["message",{"type":"clock","body":{}}]`

// oversizedShare of the garbage frames are longer than the server takes.
const oversizedShare = 0.005

var garbageFrames = []string{
	`42["message",{"type":`,
	`42["message",{"type":"raise-hand"}]`,
	`42["message",{"type":"send-chat","body":{"text":5}}]`,
	`42["message",{"type":"no-such-message","body":{}}]`,
	`42["message",[[[[[[[[]]]]]]]]]`,
	`42["message",null,null,null]`,
	`42["__proto__",{"type":"clock","body":{"__proto__":{"a":1}}}]`,
	`421["message",{"type":"connect-transport","body":{"transportId":7,"dtlsParameters":{"fingerprints":"none"}}}]`,
	`422["message",{"type":"receive","body":{"transportId":"","rtpCapabilities":{"codecs":[{"kind":"smell"}]}}}]`,
	`423["message",{"type":"prefer-layers","body":{"consumerId":"x","spatialLayer":-1}}]`,
	`451-["message",{"_placeholder":true,"num":0}]`,
	"4\x00\xff\xfe", "6", "9",
}

func (s *Student) garbageFrame() {
	frame := []byte(garbageFrames[mathrand.IntN(len(garbageFrames))])
	if mathrand.Float64() < oversizedShare {
		frame = append([]byte(`42["message",{"type":"send-chat","body":{"text":"`), make([]byte, 70*1024)...)
	}
	s.sendFrame(frame)
}

func (s *Student) garbagePacket() {
	r := s.media.Load()
	if r == nil {
		return
	}
	packet := make([]byte, 20+mathrand.IntN(1000))
	_, _ = rand.Read(packet)
	// RFC 7983 tells protocols apart by the first byte.
	first := []byte{0, 1, 22, 23, 128, 128, 144, 255}
	packet[0] = first[mathrand.IntN(len(first))]
	send := r.link.Raw
	if g := s.signal.Load(); g != nil && mathrand.IntN(4) == 0 {
		send = g.link.WriteDTLS
	}
	if send(packet) == nil {
		s.group.Flooded.Add(1)
	}
}

func (s *Student) garbageDatagram() {
	lengths := []int{datagramBytes, datagramBytes, datagramBytes, datagramBytes - 1, datagramBytes + 1, 1000}
	datagram := make([]byte, lengths[mathrand.IntN(len(lengths))])
	_, _ = rand.Read(datagram)
	s.sendOverChannel(datagram)
}
