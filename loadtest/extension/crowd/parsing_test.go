package crowd

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"lectern-loadtest/stream"
)

func offerOf(kind, mimeType string, ssrc, again uint32) consumerOffer {
	raw, err := json.Marshal(map[string]any{
		"consumerId": "c", "producerId": "p", "seatId": "teacher", "source": "camera", "kind": kind,
		"rtpParameters": map[string]any{
			"codecs": []any{
				map[string]any{"mimeType": mimeType, "payloadType": 101, "clockRate": 90_000, "rtcpFeedback": []any{map[string]any{"type": "nack"}}},
				map[string]any{"mimeType": "video/rtx", "payloadType": 102, "clockRate": 90_000},
			},
			"headerExtensions": []any{map[string]any{"uri": transportCCURI, "id": 5}},
			"encodings":        []any{map[string]any{"ssrc": ssrc, "rtx": map[string]any{"ssrc": again}}},
		},
	})
	var offer consumerOffer
	if err == nil {
		err = json.Unmarshal(raw, &offer)
	}
	if err != nil {
		panic(err)
	}
	return offer
}

func TestAPacketThatComesAgainUnderItsOtherNumberIsTheOneThatWasMissed(t *testing.T) {
	in := newInbound(offerOf("video", "video/VP8", 7, 8), nil, "teacher")
	at := time.Unix(1000, 0)
	in.take(&rtp.Header{SSRC: 7, SequenceNumber: 10}, []byte{0x10, 0}, at)
	if taken, _ := in.take(&rtp.Header{SSRC: 7, SequenceNumber: 12}, []byte{0, 0}, at); !taken.gap {
		t.Error("the gap was not seen")
	}
	in.missing.Due(at, 0)
	if _, counts := in.take(&rtp.Header{SSRC: 8, SequenceNumber: 900}, []byte{0, 11, 0, 0}, at); !counts {
		t.Error("what came again does not count")
	}
	if c := in.counted(); c.expected != 3 || c.lost != 0 || c.recovered != 1 {
		t.Errorf("%+v", c)
	}
}

func TestLatenessIsAgainstTheScheduleOfTheSender(t *testing.T) {
	schedule := stream.NewSchedule(1000, 48_000)
	in := newInbound(offerOf("audio", "audio/opus", 7, 0), schedule, "teacher")
	timestamp := schedule.Sent(48_000)
	taken, _ := in.take(&rtp.Header{SSRC: 7, Timestamp: timestamp}, nil, schedule.At(48_000).Add(250*time.Millisecond))
	if taken.late != 250*time.Millisecond || !taken.scheduled {
		t.Errorf("%+v", taken)
	}
	if taken, _ := in.take(&rtp.Header{SSRC: 7, SequenceNumber: 1, Timestamp: timestamp + 1}, nil, time.Now()); taken.scheduled {
		t.Error("a packet that was never sent has a lateness")
	}
	if c := in.counted(); c.late != 1 || c.maxLate != 250*time.Millisecond {
		t.Errorf("%+v", c)
	}
}

func TestReportsAndRequestsAreWhatOthersRead(t *testing.T) {
	in := newInbound(offerOf("video", "video/VP8", 7, 8), nil, "teacher")
	at := time.Unix(1000, 0)
	for _, number := range []uint16{65_534, 65_535, 1} {
		in.take(&rtp.Header{SSRC: 7, SequenceNumber: number}, nil, at)
	}
	in.reportNTP, in.reportAt = 0x12345678, at
	packet := appendReport(nil, []*inbound{in}, at.Add(time.Second), false)
	packet = appendNACK(packet, 7, []uint16{65_535, 0, 3, 15, 16, 40})
	parts, err := rtcp.Unmarshal(packet)
	if err != nil {
		t.Fatal(err)
	}
	report := parts[0].(*rtcp.ReceiverReport).Reports[0]
	want := rtcp.ReceptionReport{SSRC: 7, FractionLost: 64, TotalLost: 1, LastSequenceNumber: 1<<16 | 1, LastSenderReport: 0x12345678, Delay: 65536}
	if report.Jitter = 0; report != want {
		t.Errorf("%+v, want %+v", report, want)
	}
	if got := numbersOf(parts[1].(*rtcp.TransportLayerNack).Nacks); !bytes.Equal(bytesOf(got), bytesOf([]uint16{65_535, 0, 3, 15, 16, 40})) {
		t.Errorf("asked for %v", got)
	}
}

func bytesOf(numbers []uint16) []byte {
	out := []byte{}
	for _, n := range numbers {
		out = append(out, byte(n>>8), byte(n))
	}
	return out
}

func TestAKeyFrameIsKnownByItsFirstPacket(t *testing.T) {
	for name, one := range map[string]struct {
		payload []byte
		key     bool
	}{
		"bare":                      {[]byte{0x10, 0x10}, true},
		"with a long picture id":    {[]byte{0x90, 0x80, 0x80, 1, 0x10}, true},
		"with a short picture id":   {[]byte{0x90, 0x80, 1, 0x10}, true},
		"with layers":               {[]byte{0x90, 0xe0, 0x80, 1, 0, 0, 0x10}, true},
		"not the first packet":      {[]byte{0x00, 0x10}, false},
		"a frame that hangs on one": {[]byte{0x90, 0x80, 0x80, 1, 0x11}, false},
		"cut off":                   {[]byte{0x90, 0x80, 0x80}, false},
	} {
		if isVP8KeyFrame(one.payload) != one.key {
			t.Errorf("%s: taken for the other", name)
		}
	}
}

func TestALineOfEitherFormIsFoundInAMessage(t *testing.T) {
	group := newGroup("")
	line := chatMark + "1764000000000000000 a line"
	group.readChat([]byte(`{"type":"chat","messages":[{"messageId":1,"text":"` + line + `"},{"messageId":2,"text":"` + line + `"}],"deleted":[]}`))
	group.readChat([]byte(`{"type":"chat","at":1764000000,"lines":[[3,0,"12345678","Emmy","` + line + `"]]}`))
	group.readChat([]byte(`{"type":"chat","lines":[[3,0,"12345678","Emmy","` + chatMark + `17"]]}`))
	if group.ChatReceived.Load() != 3 {
		t.Errorf("%d lines were found", group.ChatReceived.Load())
	}
}

func TestAShareIsMetExactly(t *testing.T) {
	for _, share := range []float64{0, 0.1, 0.5, 0.99, 1} {
		count := 0
		for n := int64(1); n <= 1000; n++ {
			if isAmong(n, share) {
				count++
			}
		}
		if math.Abs(float64(count)-1000*share) > 1 {
			t.Errorf("%d of 1000 for a share of %g", count, share)
		}
	}
}

func TestADatagramIsTheOneOfTheContract(t *testing.T) {
	got := Datagram(0x01020304, 0.5, false)
	want := []byte{1, 4, 0, 0, 1, 2, 3, 4, 0x80, 0, 0, 0, 0, 1, 0, 0}
	if !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
	got = Datagram(1, 0.5, true)
	want = []byte{1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0}
	if !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}

func TestTheOutboxSendsAgainAfterTwiceAsLongEachTimeAndForgetsWhatIsAnswered(t *testing.T) {
	o := &outbox{}
	at := time.Unix(1000, 0)
	send := func([]byte) error { return nil }
	if !o.add(3, []byte{3}, at) || o.add(3, []byte{4}, at) {
		t.Error("a window has one datagram")
	}
	for _, step := range []struct {
		after time.Duration
		sent  int
	}{{0, 1}, {9 * time.Second, 0}, {10 * time.Second, 1}, {29 * time.Second, 0}, {30 * time.Second, 1}, {70 * time.Second, 1}, {121 * time.Second, 0}} {
		if got, _ := o.transmit(at.Add(step.after), false, send); got != step.sent {
			t.Errorf("%d went out after %s", got, step.after)
		}
	}
	o.add(4, nil, at.Add(200*time.Second))
	if stored, notCounted := o.acknowledge([]uint32{4, 4, 9}, []uint32{4}); stored != 1 || notCounted != 0 {
		t.Errorf("%d stored, %d not counted of one that waited", stored, notCounted)
	}
	if stored, _ := o.acknowledge([]uint32{4}, nil); stored != 0 {
		t.Errorf("%d stored by an answer that came twice", stored)
	}
	if got, _ := o.transmit(at.Add(200*time.Second), true, send); got != 0 {
		t.Errorf("%d went out that was answered", got)
	}
}

func TestWhatADeviceReceivesIsOnlyWhatTheServerSends(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "capabilities.json"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := newDevices(raw)
	if err != nil {
		t.Fatal(err)
	}
	var hears, sees capabilities
	if err := json.Unmarshal(made.hears, &hears); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(made.sees, &sees); err != nil {
		t.Fatal(err)
	}
	if len(hears.Codecs) != 1 || len(sees.Codecs) <= len(hears.Codecs) {
		t.Errorf("hears %v, sees %v", hears.Codecs, sees.Codecs)
	}
	for _, extension := range hears.HeaderExtensions {
		if extension.Kind != "audio" || extension.URI == transportCCURI {
			t.Errorf("hears with %+v", extension)
		}
	}
	if id := made.router.extensionID("audio", audioLevelURI); id == 0 {
		t.Error("the teacher's loudness is not told")
	}
}

// FuzzMessages gives a student whatever a server might say.
func FuzzMessages(f *testing.F) {
	for _, kind := range []string{"snapshot", "waiting", "consumers-closed", "signal-acknowledged", "hands-changed", "hand-place", "hand-order", "hands-moved", "chat", "pacing", "on-stage"} {
		f.Add(kind, []byte(`{"type":"`+kind+`","hands":null,"order":[{}],"raised":[{}],"lowered":[""],"stored":[1],"pacing":{"lastMs":1},"consumerIds":[null],"snapshot":{"rtpCapabilities":[]}}`))
		f.Add(kind, []byte(`[`))
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		class, err := NewClass("http://127.0.0.1:1", "code", "", NewMeter())
		if err != nil {
			t.Fatal(err)
		}
		student := NewStudent(t.Context(), class, class.Meter.Group(""), "Fuzz", Wants{})
		student.staff = true
		(&connection{student: student, welcome: make(chan *snapshot, 1)}).message(kind, body)
	})
}

// FuzzMedia gives a stream whatever might come out of SRTP.
func FuzzMedia(f *testing.F) {
	f.Add(uint32(7), uint16(1), []byte{0x90, 0x80})
	f.Add(uint32(8), uint16(1), []byte{0x90})
	f.Add(uint32(8), uint16(60_000), []byte{0xff, 0xff, 0x90, 0xf0, 0x80})
	f.Fuzz(func(_ *testing.T, ssrc uint32, sequence uint16, payload []byte) {
		in := newInbound(offerOf("video", "video/VP8", 7, 8), nil, "")
		in.take(&rtp.Header{SSRC: 7, SequenceNumber: 5}, []byte{1}, time.Unix(1, 0))
		in.take(&rtp.Header{SSRC: ssrc, SequenceNumber: sequence}, payload, time.Unix(2, 0))
		r := &reception{student: &Student{}}
		r.streams.Store(&[]*inbound{in})
		r.takeReports(payload, time.Unix(3, 0))
		appendReport(nil, []*inbound{in}, time.Unix(4, 0), false)
	})
}
