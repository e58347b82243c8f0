package crowd

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtp"

	"lectern-loadtest/stream"
)

// BenchmarkReceivedPacket is what a student does with each packet of sound and pictures once it is decrypted, the feedback that they make included:
// 110 packets a second, ten rounds of feedback.
func BenchmarkReceivedPacket(b *testing.B) {
	class, err := NewClass("http://127.0.0.1:1", "aaaa-bbbb-cccc", "", NewMeter())
	if err != nil {
		b.Fatal(err)
	}
	teacher := "teacher"
	class.teacherSeat.Store(&teacher)
	class.cameraBits.Store(600_000)
	s := NewStudent(b.Context(), class, class.Meter.Group(""), "Watching", Wants{Video: true})
	camera := stream.NewCamera(vp8Type, cameraBits(600_000))
	sound := stream.NewSchedule(1000, opusRate)
	class.publish("p", camera.Schedule())
	r := &reception{student: s}
	r.streams.Store(&[]*inbound{
		newInbound(offerOf("audio", "audio/opus", 6, 0), sound, "teacher"),
		newInbound(offerOf("video", "video/VP8", 7, 8), camera.Schedule(), "teacher"),
	})
	r.transportCC.Store(5)
	streams := *r.streams.Load()
	payload := make([]byte, 1000)
	copy(payload, []byte{0x90, 0xe0, 0x80, 1, 0, 0, 0x10})
	headers := []rtp.Header{
		{Version: 2, SSRC: 6, Timestamp: sound.Sent(0)},
		{Version: 2, SSRC: 7, Timestamp: 5000},
	}
	// Written anew for each packet.
	number := make([]byte, 2)
	for n := range headers {
		if err := headers[n].SetExtension(5, number); err != nil {
			b.Fatal(err)
		}
	}
	feedback := []byte{}
	now := time.Now()
	for n := 0; b.Loop(); n++ {
		header := &headers[n%2]
		header.SequenceNumber++
		binary.BigEndian.PutUint16(number, uint16(n))
		now = now.Add(9 * time.Millisecond)
		r.packet(header, payload, now)
		if n%11 == 10 {
			feedback = r.congestion(feedback[:0], streams)
			s.viewer.look(now, true)
		}
	}
}
