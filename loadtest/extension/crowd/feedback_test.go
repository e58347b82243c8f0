package crowd

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"lectern-loadtest/webrtc"
)

// keyPacket is the first of a VP8 key frame, otherPacket that of a picture that hangs on it.
var keyPacket, otherPacket = []byte{0x10, 0x10}, []byte{0x10, 0x11}

func TestWhatProbesThePathIsAnsweredThoughItBelongsToNoStream(t *testing.T) {
	class, err := NewClass("http://127.0.0.1:1", "aaaa-bbbb-cccc", "", NewMeter())
	if err != nil {
		t.Fatal(err)
	}
	r := &reception{student: NewStudent(t.Context(), class, class.Meter.Group(""), "Watching", Wants{Video: true})}
	streams := []*inbound{newInbound(offerOf("video", "video/VP8", 7, 8), nil, "teacher")}
	r.streams.Store(&streams)
	r.transportCC.Store(5)
	at := time.Unix(1000, 0)
	for n, ssrc := range []uint32{7, 1234, 8} {
		header := &rtp.Header{Version: 2, SSRC: ssrc, SequenceNumber: uint16(n)}
		if err := header.SetExtension(5, binary.BigEndian.AppendUint16(nil, uint16(100+n))); err != nil {
			t.Fatal(err)
		}
		r.packet(header, nil, at)
	}
	feedback := &rtcp.TransportLayerCC{}
	if err := feedback.Unmarshal(r.congestion(nil, streams)); err != nil {
		t.Fatal(err)
	}
	if feedback.BaseSequenceNumber != 100 || feedback.PacketStatusCount != 3 || len(feedback.RecvDeltas) != 3 {
		t.Errorf("%+v", feedback)
	}
}

func TestCongestionIsAnsweredOnlyWhereBothSidesAgreed(t *testing.T) {
	offer := offerOf("video", "video/VP8", 7, 8)
	if id := offer.transportCC(); id != 0 {
		t.Errorf("number %d without feedback for it", id)
	}
	codec := &offer.RtpParameters.Codecs[0]
	codec.RtcpFeedback = append(codec.RtcpFeedback, feedback{Type: "transport-cc"})
	if id := offer.transportCC(); id != 5 {
		t.Errorf("number %d, want 5", id)
	}
	offer.RtpParameters.HeaderExtensions = nil
	if id := offer.transportCC(); id != 0 {
		t.Errorf("number %d without the header extension", id)
	}
}

func TestAPictureThatStandsStillWhilePacketsComeIsAskedForAnew(t *testing.T) {
	class, err := NewClass("http://127.0.0.1:1", "aaaa-bbbb-cccc", "", NewMeter())
	if err != nil {
		t.Fatal(err)
	}
	link, err := webrtc.Open(webrtc.Options{
		ICECandidates: []webrtc.ICECandidate{{Address: "127.0.0.1", Port: 9, Protocol: "udp"}},
	}, class.certificate, webrtc.Handlers{})
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	r := &reception{student: NewStudent(t.Context(), class, class.Meter.Group(""), "Watching", Wants{Video: true}), link: link}
	in := newInbound(offerOf("video", "video/VP8", 7, 8), nil, "teacher")
	from := time.Unix(1000, 0)
	in.take(&rtp.Header{SSRC: 7, SequenceNumber: 1}, keyPacket, from)
	// Number 2 never comes: what comes after it can be shown no more.
	asked := []time.Duration{}
	for after := 100 * time.Millisecond; after <= 4*time.Second; after += 100 * time.Millisecond {
		now := from.Add(after)
		in.take(&rtp.Header{SSRC: 7, SequenceNumber: 2 + uint16(after/(100*time.Millisecond))}, otherPacket, now)
		in.missing.Tries = 1000
		for _, part := range unmarshal(t, r.ask(nil, in, now)) {
			if loss, is := part.(*rtcp.PictureLossIndication); is && loss.MediaSSRC == 7 {
				asked = append(asked, after)
			}
		}
	}
	want := []time.Duration{3100 * time.Millisecond, 3400 * time.Millisecond, 3700 * time.Millisecond, 4 * time.Second}
	if !slices.Equal(asked, want) {
		t.Errorf("asked after %v, want %v", asked, want)
	}
}

func unmarshal(t *testing.T, packet []byte) []rtcp.Packet {
	t.Helper()
	if len(packet) == 0 {
		return nil
	}
	parts, err := rtcp.Unmarshal(packet)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}
