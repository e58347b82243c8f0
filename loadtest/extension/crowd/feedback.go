package crowd

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/pion/rtp"
)

const (
	// The SSRC under which a browser that only receives sends its RTCP.
	ownSSRC = 1
	// Times between two receiver reports, each spread by half (RFC 3550, section 6.2); those of Chromium.
	soundReportEvery   = 5 * time.Second
	pictureReportEvery = time.Second
	// A decoder that waits for a key frame asks again after this long; one that could show nothing for longer than the second waits for one, while
	// packets came within the third. Those of Chromium.
	keyFrameAskEvery = 200 * time.Millisecond
	standsStillFrom  = 3 * time.Second
	endedFrom        = 5 * time.Second

	receiverReport, transportFeedback, payloadFeedback = 201, 205, 206
	genericNACK, pictureLoss                           = 1, 1
)

// reporting is when the next feedback of a reception is due. Used by the rounds alone.
type reporting struct {
	sound, picture time.Time
	packet         []byte
}

func spread(span time.Duration) time.Duration {
	return time.Duration(float64(span) * (0.5 + rand.Float64()))
}

// round sends what RTCP is due at this time.
func (r *reception) round(now time.Time) {
	if !r.link.Connected() {
		return
	}
	streams := *r.streams.Load()
	out := r.reporting.packet[:0]
	if now.After(r.reporting.sound) {
		r.reporting.sound = now.Add(spread(soundReportEvery))
		out = appendReport(out, streams, now, true)
	}
	if now.After(r.reporting.picture) {
		r.reporting.picture = now.Add(spread(pictureReportEvery))
		out = appendReport(out, streams, now, false)
	}
	for _, in := range streams {
		out = r.ask(out, in, now)
	}
	out = r.congestion(out, streams)
	r.reporting.packet = out
	if len(out) > 0 {
		// A link that is closing needs no report.
		_ = r.link.WriteRTCP(out)
	}
}

// appendReport writes one receiver report on all streams of sound, or of pictures, that anything came of.
func appendReport(out []byte, streams []*inbound, now time.Time, sound bool) []byte {
	const headerBytes, blockBytes, most = 8, 24, 31
	start, blocks := len(out), 0
	for _, in := range streams {
		if in.audio() != sound || blocks == most {
			continue
		}
		in.mu.Lock()
		if in.receiver.Received > 0 {
			if blocks == 0 {
				out = append(out, 0x80, receiverReport, 0, 0, 0, 0, 0, ownSSRC)
			}
			out = in.appendBlock(out, now)
			blocks++
		}
		in.mu.Unlock()
	}
	if blocks > 0 {
		out[start] |= byte(blocks)
		binary.BigEndian.PutUint16(out[start+2:], uint16((headerBytes+blocks*blockBytes)/4-1))
	}
	return out
}

// appendBlock writes what is to be told of this stream. The lock is held.
func (in *inbound) appendBlock(out []byte, now time.Time) []byte {
	report := in.receiver.Report()
	out = binary.BigEndian.AppendUint32(out, in.ssrc)
	out = binary.BigEndian.AppendUint32(out, uint32(report.FractionLost)<<24|report.TotalLost)
	out = binary.BigEndian.AppendUint32(out, report.Highest)
	out = binary.BigEndian.AppendUint32(out, report.Jitter)
	delay := uint32(0)
	if in.reportNTP != 0 {
		delay = uint32(now.Sub(in.reportAt).Seconds() * 65536)
	}
	out = binary.BigEndian.AppendUint32(out, in.reportNTP)
	return binary.BigEndian.AppendUint32(out, delay)
}

// ask writes what a stream asks the sender for: packets that are missing, and a key frame where a decoder would wait for one.
func (r *reception) ask(out []byte, in *inbound, now time.Time) []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.missing.Any() {
		out = appendNACK(out, in.ssrc, in.missing.Due(now, r.link.RoundTrip()))
	}
	if in.missing.GivenUp > in.givenUp {
		in.givenUp = in.missing.GivenUp
		in.wantsKeyFrame = in.vp8
	}
	if in.standsStill(now) {
		in.wantsKeyFrame = true
	}
	if in.wantsKeyFrame && in.receiver.Received > 0 && now.Sub(in.keyFrameAskedAt) > keyFrameAskEvery {
		in.keyFrameAskedAt = now
		r.student.group.KeyFramesAsked.Add(1)
		out = append(out, 0x80|pictureLoss, payloadFeedback, 0, 2, 0, 0, 0, ownSSRC)
		out = binary.BigEndian.AppendUint32(out, in.ssrc)
	}
	return out
}

// standsStill is true of a picture of which packets come and make nothing that can be shown. The lock is held.
func (in *inbound) standsStill(now time.Time) bool {
	return in.vp8 && !in.shownAt.IsZero() && now.Sub(in.shownAt) > standsStillFrom && now.Sub(in.lastAt) < endedFrom
}

func appendNACK(out []byte, ssrc uint32, numbers []uint16) []byte {
	if len(numbers) == 0 {
		return out
	}
	start := len(out)
	out = append(out, 0x80|genericNACK, transportFeedback, 0, 0, 0, 0, 0, ownSSRC)
	out = binary.BigEndian.AppendUint32(out, ssrc)
	for i := 0; i < len(numbers); {
		first, mask := numbers[i], uint16(0)
		for i++; i < len(numbers) && numbers[i]-first <= 16; i++ {
			mask |= 1 << (numbers[i] - first - 1)
		}
		out = binary.BigEndian.AppendUint16(out, first)
		out = binary.BigEndian.AppendUint16(out, mask)
	}
	binary.BigEndian.PutUint16(out[start+2:], uint16((len(out)-start)/4-1))
	return out
}

// noteArrival takes the transport's number of a packet, whatever it belongs to: a server sends some that probe the path alone.
func (r *reception) noteArrival(header *rtp.Header, arrived time.Time) {
	id := uint8(r.transportCC.Load())
	if id == 0 {
		return
	}
	if number := header.GetExtension(id); len(number) == 2 {
		r.arriving.Lock()
		r.arrivals.Take(binary.BigEndian.Uint16(number), arrived)
		r.arriving.Unlock()
	}
}

// congestion writes the feedback on what came since the last round, a tenth of a second ago, where that was negotiated.
func (r *reception) congestion(out []byte, streams []*inbound) []byte {
	if len(streams) == 0 {
		return out
	}
	r.arriving.Lock()
	defer r.arriving.Unlock()
	return r.arrivals.Feedback(out, ownSSRC, streams[0].ssrc)
}

// takeReports reads the sender reports in a compound packet, which receiver reports refer to.
func (r *reception) takeReports(packet []byte, arrived time.Time) {
	const senderReport = 200
	for len(packet) >= 8 {
		size := 4 * (int(binary.BigEndian.Uint16(packet[2:])) + 1)
		if size > len(packet) {
			return
		}
		if packet[1] == senderReport && size >= 16 {
			r.noteReport(binary.BigEndian.Uint32(packet[4:]), uint32(binary.BigEndian.Uint64(packet[8:])>>16), arrived)
		}
		packet = packet[size:]
	}
}

func (r *reception) noteReport(ssrc, ntp uint32, arrived time.Time) {
	for _, in := range *r.streams.Load() {
		if in.ssrc == ssrc {
			in.mu.Lock()
			in.reportNTP, in.reportAt = ntp, arrived
			in.mu.Unlock()
			return
		}
	}
}
