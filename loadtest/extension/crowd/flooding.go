package crowd

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"lectern-loadtest/webrtc"
)

// Lies says how much garbage each liar of a crowd sends a second; zero is nothing of it.
type Lies struct {
	// Frames over signalling: what is no JSON, of no known type, of wrong types, and now and then too large.
	Frames float64
	// Packets to the media port: bytes that begin as STUN, DTLS, RTP and RTCP do, and SCTP garbage inside DTLS.
	Packets float64
	// Datagrams over the data channel, of wrong bytes and wrong lengths; of a crowd that contributes.
	Datagrams float64
}

// oversizedShare of the garbage frames are longer than the server takes.
const oversizedShare = 0.005

// Lie lets everybody of the crowd send so much garbage for this long. Whoever is cut comes back as a browser would, and goes on; how soon the
// server cut them shows in the group.
func (c *Crowd) Lie(ctx context.Context, lies Lies, span time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var all sync.WaitGroup
	for _, student := range c.Students() {
		student.lyingFrom.Store(time.Now().UnixNano())
		student.lying.Store(true)
		for _, kind := range []struct {
			perSecond float64
			lie       func()
		}{{lies.Frames, student.lieInFrames}, {lies.Packets, student.lieInPackets}, {lies.Datagrams, student.lieInDatagrams}} {
			all.Go(func() { student.lie(ctx, kind.perSecond, kind.lie) })
		}
	}
	all.Wait()
	for _, student := range c.Students() {
		student.lying.Store(false)
	}
}

// lie sends garbage in bursts of a hundredth of a second, so that thousands a second need no timer each.
func (s *Student) lie(ctx context.Context, perSecond float64, lie func()) {
	const burstEvery = 10 * time.Millisecond
	if perSecond <= 0 {
		return
	}
	ticker := time.NewTicker(burstEvery)
	defer ticker.Stop()
	owed := 0.0
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		case <-s.life.Done():
			return
		}
		for owed += perSecond * burstEvery.Seconds(); owed >= 1; owed-- {
			lie()
		}
	}
}

// noteCut takes how long garbage was taken before the server ended something for the first time.
func (s *Student) noteCut() {
	if from := s.lyingFrom.Swap(0); from != 0 && s.lying.Load() {
		s.group.Cut.Add(time.Since(time.Unix(0, from)))
	}
}

var lyingFrames = []string{
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

func (s *Student) lieInFrames() {
	client := s.client.Load()
	if client == nil {
		return
	}
	frame := []byte(lyingFrames[mathrand.IntN(len(lyingFrames))])
	if mathrand.Float64() < oversizedShare {
		frame = append([]byte(`42["message",{"type":"send-chat","body":{"text":"`), make([]byte, 70*1024)...)
	}
	if client.Raw(frame) == nil {
		s.group.Garbage.Add(1)
	}
}

func (s *Student) lieInPackets() {
	r := s.media.Load()
	if r == nil {
		return
	}
	packet := make([]byte, 20+mathrand.IntN(1000))
	_, _ = rand.Read(packet)
	// RFC 7983 tells protocols apart by the first byte.
	first := []byte{0, 1, 22, 23, 128, 128, 144, 255}
	packet[0] = first[mathrand.IntN(len(first))]
	link := r.link
	if g := s.signal.Load(); g != nil && mathrand.IntN(4) == 0 {
		link = g.link
		if link.WriteDTLS(packet) == nil {
			s.group.Garbage.Add(1)
			return
		}
	}
	if err := link.Raw(packet); err == nil {
		s.group.Garbage.Add(1)
	}
}

func (s *Student) lieInDatagrams() {
	g := s.signal.Load()
	if g == nil {
		return
	}
	var channel *webrtc.Channel
	if channel = g.channel.Load(); channel == nil {
		return
	}
	lengths := []int{datagramBytes, datagramBytes, datagramBytes, datagramBytes - 1, datagramBytes + 1, 1000}
	datagram := make([]byte, lengths[mathrand.IntN(len(lengths))])
	_, _ = rand.Read(datagram)
	if channel.Send(datagram) == nil {
		s.group.Garbage.Add(1)
	} else {
		s.signalEnded(g)
	}
}
