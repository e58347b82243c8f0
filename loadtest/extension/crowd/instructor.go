package crowd

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"

	"lectern-loadtest/signalling"
	"lectern-loadtest/stream"
	"lectern-loadtest/webrtc"
)

const (
	opusType, vp8Type     = 111, 96
	opusRate, vp8Rate     = 48_000, 90_000
	speechBitsPerSecond   = 40_000
	videoFramesPerSecond  = 30
	defaultPtime          = 20 * time.Millisecond
	stageKeyFrameFeedback = "pli"
)

// Plays says what the instructor publishes.
type Plays struct {
	// Ptime of the sound; zero takes what the server asks for.
	Ptime time.Duration
	// VideoBitsPerSecond of the camera; zero is none.
	VideoBitsPerSecond int
}

// Instructor teaches: starts the class, publishes, and reads the pacing view.
type Instructor struct {
	*Student
	stage *webrtc.Link
	// Sound and picture, as they are sent; nil where there is none.
	Sound, Picture *stream.Source
}

// NewInstructor makes an instructor who has this seat.
func NewInstructor(ctx context.Context, class *Class, seat *signalling.Seat) *Instructor {
	s := NewStudent(ctx, class, "Instructor", Wants{})
	s.seat = seat
	return &Instructor{Student: s}
}

// Teach enters, starts the class where it is not live, and publishes until the life of the instructor ends.
func (i *Instructor) Teach(ctx context.Context, plays Plays) error {
	first, err := i.connect(ctx, time.Now())
	if err != nil {
		return err
	}
	go i.keepClock()
	if first.Snapshot.Status != "live" {
		if err := i.ask(ctx, "start-class", nothing{}, nil); err != nil {
			return fmt.Errorf("start: %w", err)
		}
	}
	if _, err := i.receiveAll(ctx, first, false); err != nil {
		return err
	}
	if plays.Ptime == 0 {
		plays.Ptime = defaultPtime
		if first.Snapshot.AudioPtimeMs > 0 {
			plays.Ptime = time.Duration(first.Snapshot.AudioPtimeMs) * time.Millisecond
		}
	}
	i.class.ptimeNs.Store(int64(plays.Ptime))
	return i.publish(ctx, plays)
}

func (i *Instructor) publish(ctx context.Context, plays Plays) error {
	options := &webrtc.Options{}
	if err := i.ask(ctx, "open-transport", openTransport{Purpose: "stage"}, options); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	stage, err := webrtc.Open(*options, i.class.certificate, webrtc.Handlers{
		RTCP:   i.feedback,
		Closed: func() { i.class.Meter.fail("the stage's link ended") },
	})
	if err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	i.stage = stage
	if err := i.ask(ctx, "connect-transport", connectTransport{options.TransportID, i.class.certificate.Parameters()}, nil); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	if err := stage.Connect(ctx, func(string) {}); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	i.Sound = stream.NewSource(rand.Uint32(), opusType, opusRate)
	if err := i.produce(ctx, options.TransportID, "microphone", "audio", audioParameters(i.Sound.SSRC, plays.Ptime), i.Sound); err != nil {
		return fmt.Errorf("microphone: %w", err)
	}
	go func() { _ = i.Sound.PlayOpus(i.life, plays.Ptime, speechBitsPerSecond, stage.WriteRTP) }()
	if plays.VideoBitsPerSecond == 0 {
		return nil
	}
	i.Picture = stream.NewSource(rand.Uint32(), vp8Type, vp8Rate)
	if err := i.produce(ctx, options.TransportID, "camera", "video", videoParameters(i.Picture.SSRC), i.Picture); err != nil {
		return fmt.Errorf("camera: %w", err)
	}
	go func() {
		_ = i.Picture.PlayVP8(i.life, videoFramesPerSecond, plays.VideoBitsPerSecond, stage.WriteRTP)
	}()
	return nil
}

func (i *Instructor) produce(ctx context.Context, transport, source, kind string, parameters any, of *stream.Source) error {
	body := map[string]any{"transportId": transport, "source": source, "kind": kind, "rtpParameters": parameters}
	var made struct {
		ProducerID string `json:"producerId"`
	}
	if err := i.ask(ctx, "produce", body, &made); err != nil {
		return err
	}
	i.class.publish(made.ProducerID, of.Schedule)
	i.class.Meter.addSource(of)
	return nil
}

// feedback takes the server's RTCP: a picture loss asks for a key frame.
func (i *Instructor) feedback(packet []byte) {
	parts, err := rtcp.Unmarshal(packet)
	if err != nil || i.Picture == nil {
		return
	}
	for _, part := range parts {
		switch part.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			i.Picture.AskKeyFrame()
		}
	}
}

// notePacing takes how long after the end of a window the instructor has it.
func (s *Student) notePacing(body []byte) {
	var message struct {
		Pacing struct {
			LastMs *float64 `json:"lastMs"`
		} `json:"pacing"`
	}
	if json.Unmarshal(body, &message) != nil || message.Pacing.LastMs == nil {
		return
	}
	if now, known := s.class.classTime(time.Now()); known {
		s.class.Meter.WindowToPacing.Add(now - time.Duration(*message.Pacing.LastMs*float64(time.Millisecond)))
	}
}

func audioParameters(ssrc uint32, ptime time.Duration) map[string]any {
	return map[string]any{
		"mid": "0",
		"codecs": []any{map[string]any{
			"mimeType": "audio/opus", "payloadType": opusType, "clockRate": opusRate, "channels": 2,
			"parameters": map[string]any{"useinbandfec": 1, "usedtx": 1, "ptime": ptime.Milliseconds()},
		}},
		"encodings": []any{map[string]any{"ssrc": ssrc, "dtx": true}},
		"rtcp":      map[string]any{"cname": "lectern", "reducedSize": true},
	}
}

func videoParameters(ssrc uint32) map[string]any {
	return map[string]any{
		"mid": "1",
		"codecs": []any{map[string]any{
			"mimeType": "video/VP8", "payloadType": vp8Type, "clockRate": vp8Rate,
			"rtcpFeedback": []any{
				map[string]any{"type": "nack"},
				map[string]any{"type": "nack", "parameter": stageKeyFrameFeedback},
			},
		}},
		"encodings": []any{map[string]any{"ssrc": ssrc}},
		"rtcp":      map[string]any{"cname": "lectern", "reducedSize": true},
	}
}
