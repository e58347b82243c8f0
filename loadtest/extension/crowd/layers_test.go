package crowd

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"lectern-loadtest/relay"
	"lectern-loadtest/stream"
)

// cameraAt is the stream of the teacher's camera at a student; nil while there is none.
func cameraAt(s *Student) *inbound {
	r := s.media.Load()
	if r == nil {
		return nil
	}
	for _, in := range *r.streams.Load() {
		if !in.sound {
			return in
		}
	}
	return nil
}

// showing is the encoding that came last; -1 before the first picture could be shown.
func showing(s *Student) int {
	in := cameraAt(s)
	if in == nil {
		return -1
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.shownAt.IsZero() {
		return -1
	}
	return int(in.layer)
}

func (p *publication) encodings() []*stream.Encoding {
	found := []*stream.Encoding{}
	for _, o := range *p.outs.Load() {
		if o.picture != nil {
			found = append(found, o.picture)
		}
	}
	return found
}

func keyFrames(camera *stream.Camera) []uint64 {
	counts := []uint64{}
	for _, e := range camera.Encodings {
		counts = append(counts, e.KeyFrames.Load())
	}
	return counts
}

// sendOne lets the camera send one picture, which is due at once.
func sendOne(t *testing.T, camera *stream.Camera) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	writers := slices.Repeat([]stream.Writer{func(*rtp.Header, []byte) error { return nil }}, len(camera.Encodings))
	writers[len(writers)-1] = func(header *rtp.Header, _ []byte) error {
		if header.Marker {
			stop()
		}
		return nil
	}
	if err := camera.Play(ctx, picturesPerSecond, writers); err != nil {
		t.Fatal(err)
	}
}

func TestALargePictureIsTheTopLayerAndASmallOneALower(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 600_000})
	crowd := enter(t, class, Plan{Video: 1, Prefix: "Watching"}, 2)
	large, small := crowd.Students()[0], crowd.Students()[1]
	within(t, time.Minute, "both see the top layer", func() bool { return showing(large) == 2 && showing(small) == 2 })
	if in := cameraAt(small); in.offer.layers() != 3 {
		t.Errorf("%d layers", in.offer.layers())
	}
	for _, one := range []struct{ widthPx, layer int }{{160, 0}, {640, 1}, {stageTilePx, 2}, {320, 0}} {
		small.ShowAt(one.widthPx)
		within(t, time.Minute, fmt.Sprintf("layer %d at %d px", one.layer, one.widthPx), func() bool { return showing(small) == one.layer })
	}
	within(t, time.Minute, "the other one sees the top layer", func() bool { return showing(large) == 2 })
	// The numbers of packets go on through each change.
	within(t, time.Minute, "nothing is missing", func() bool {
		c := cameraAt(small).counted()
		return c.lost*100 < c.expected
	})
	if len(class.Meter.Failures()) > 0 {
		t.Error(class.Meter.Failures())
	}
}

func TestALinkThatIsTooNarrowGetsCongestionControlAndSmallerPictures(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 600_000})
	narrow := relay.Conditions{BitsPerSecond: 300_000}
	network := relay.NewNetwork(relay.Conditions{}, narrow, 1)
	t.Cleanup(network.Close)
	student := enter(t, class, Plan{Video: 1, Prefix: "Narrow", Through: network.Through}, 1).Students()[0]
	within(t, time.Minute, "congestion control", func() bool {
		in := cameraAt(student)
		return in != nil && in.offer.transportCC() != 0
	})
	within(t, time.Minute, "a smaller picture", func() bool { return showing(student) == 1 || showing(student) == 0 })
	if cameras := len(*student.media.Load().streams.Load()); cameras != 2 {
		t.Errorf("%d streams, not one sound and one camera", cameras)
	}
}

func TestARequestForAKeyFrameReachesTheEncodingThatIsShown(t *testing.T) {
	class, teacher := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 600_000})
	student := enter(t, class, Plan{Video: 1, Prefix: "Asking"}, 1).Students()[0]
	for _, one := range []struct{ widthPx, layer int }{{160, 0}, {640, 1}} {
		student.ShowAt(one.widthPx)
		within(t, time.Minute, fmt.Sprintf("layer %d", one.layer), func() bool { return showing(student) == one.layer })
		encoding := teacher.stage.Load().encodings()[one.layer]
		in := cameraAt(student)
		// The server may owe one or two from before.
		for range 4 {
			before := encoding.KeyFrames.Load()
			in.mu.Lock()
			in.wantsKeyFrame = true
			in.mu.Unlock()
			within(t, time.Minute, "a key frame of the encoding that is shown", func() bool {
				in.mu.Lock()
				defer in.mu.Unlock()
				return !in.wantsKeyFrame && encoding.KeyFrames.Load() > before
			})
		}
	}
}

func TestARequestForAKeyFrameIsOneToAnEncodingAlone(t *testing.T) {
	camera := stream.NewCamera(vp8Type, cameraBits(600_000))
	p := &publication{}
	outs := []*outbound{{source: stream.NewSource(7, opusType, opusRate)}}
	for _, e := range camera.Encodings {
		outs = append(outs, &outbound{source: e.Source, picture: e})
	}
	p.outs.Store(&outs)
	for n, want := range camera.Encodings {
		kinds := []rtcp.Packet{
			&rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: want.SSRC},
			&rtcp.FullIntraRequest{SenderSSRC: 1, FIR: []rtcp.FIREntry{{SSRC: want.SSRC}}},
		}
		for _, kind := range kinds {
			sendOne(t, camera)
			before := keyFrames(camera)
			packet, err := rtcp.Marshal([]rtcp.Packet{kind})
			if err != nil {
				t.Fatal(err)
			}
			p.feedback(packet, time.Now())
			sendOne(t, camera)
			before[n]++
			if got := keyFrames(camera); !slices.Equal(got, before) {
				t.Errorf("%T of encoding %d: %v key frames, want %v", kind, n, got, before)
			}
		}
	}
}

// temporalLayer is what the server says that it sends of the camera; -1 while that is nothing.
func temporalLayer(t *testing.T, s *Student) int {
	t.Helper()
	var stats struct {
		Consumers []struct {
			Source        string
			TemporalLayer *int
		}
	}
	if err := s.ask(t.Context(), "link-stats", nothing{}, &stats); err != nil {
		t.Fatal(err)
	}
	for _, one := range stats.Consumers {
		if one.Source == "camera" && one.TemporalLayer != nil {
			return *one.TemporalLayer
		}
	}
	return -1
}

func TestTemporalLayersAreLeftOutAndTakenInAgain(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 600_000})
	student := enter(t, class, Plan{Video: 1, Prefix: "Slow"}, 1).Students()[0]
	student.ShowAt(160)
	within(t, time.Minute, "the lowest layer", func() bool { return showing(student) == 0 })
	for _, temporal := range []int{0, 2, 1, 2} {
		asked := map[string]any{"consumerId": cameraAt(student).offer.ConsumerID, "spatialLayer": 0, "temporalLayer": temporal}
		if err := student.ask(t.Context(), "prefer-layers", asked, nil); err != nil {
			t.Fatal(err)
		}
		within(t, time.Minute, fmt.Sprintf("temporal layer %d", temporal), func() bool {
			// The server answers this no more often.
			time.Sleep(time.Second)
			return temporalLayer(t, student) == temporal
		})
	}
	within(t, time.Minute, "nothing is missing", func() bool {
		c := cameraAt(student).counted()
		return c.lost*100 < c.expected
	})
}

func TestTheMiddleStudentReceivesWhatTheCameraWasAskedFor(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 600_000})
	crowd := enter(t, class, Plan{Video: 1, Prefix: "Receiving"}, 2)
	for _, s := range crowd.Students() {
		within(t, time.Minute, "the top layer", func() bool { return showing(s) == 2 })
	}
	class.TakePictureRate(time.Now())
	within(t, time.Minute, "nine tenths of what was asked for", func() bool {
		time.Sleep(time.Second)
		rate, shortfall, any := class.TakePictureRate(time.Now())
		return any && rate > 540_000 && shortfall < 0.1
	})
}
