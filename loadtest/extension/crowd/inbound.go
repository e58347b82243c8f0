package crowd

import (
	"encoding/binary"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtp"

	"lectern-loadtest/stream"
)

// As often as browsers ask for a lost packet: a picture waits for it, sound goes on after its buffer.
const (
	picturePacketTries = 10
	soundPacketTries   = 3
)

// inbound is one consumer's stream at one participant.
type inbound struct {
	// What every packet needs lies together: with thousands of streams each line of memory is a wait.
	ssrc, again                  uint32
	sound, nacks, ofTeacher, vp8 bool
	clockRate                    int
	schedule                     *stream.Schedule

	mu       sync.Mutex
	receiver stream.Receiver
	missing  stream.Missing
	// The middle of the last sender report's NTP time, and when it came.
	reportNTP uint32
	reportAt  time.Time
	lastAt    time.Time
	maxLate   time.Duration
	late      uint64
	// A picture is shown from a key frame on, and again after a loss that nothing made good.
	wantsKeyFrame bool
	// When the last picture was complete, and in which of the camera's encodings.
	shownAt   time.Time
	layer     uint8
	keyFrames uint64
	givenUp   uint64
	// When the rounds last asked for one.
	keyFrameAskedAt time.Time

	offer consumerOffer
	// The layer that the server was told; -1 is none yet. Held by who prefers.
	preferred int
}

// counts are what a stream came to.
type counts struct {
	expected, lost, late, asked, recovered uint64
	maxLate                                time.Duration
}

func newInbound(offer consumerOffer, schedule *stream.Schedule, teacherSeat string) *inbound {
	in := &inbound{
		offer:     offer,
		schedule:  schedule,
		ssrc:      offer.RtpParameters.Encodings[0].SSRC,
		sound:     offer.Kind == "audio",
		ofTeacher: offer.SeatID == teacherSeat,
		preferred: -1,
	}
	if again := offer.RtpParameters.Encodings[0].RTX; again != nil {
		in.again = again.SSRC
	}
	// The first is the codec, the other the one in which lost packets come again.
	if codecs := offer.RtpParameters.Codecs; len(codecs) > 0 {
		in.clockRate = codecs[0].ClockRate
		in.vp8 = strings.EqualFold(codecs[0].MimeType, "video/VP8")
		for _, kind := range codecs[0].RtcpFeedback {
			in.nacks = in.nacks || (kind.Type == "nack" && kind.Parameter == "")
		}
	}
	in.missing.Tries = soundPacketTries
	if !in.audio() {
		in.missing.Tries = picturePacketTries
		in.wantsKeyFrame = in.vp8
	}
	return in
}

func (in *inbound) audio() bool { return in.sound }

// taken is what came of one packet.
type taken struct {
	late time.Duration
	// first is true of the first packet of a stream; scheduled where lateness is known; gap where packets before this one are to be asked for.
	first, scheduled, gap bool
	// shown is true where a decoder could show what it has now.
	shown bool
}

// take counts one packet; false when it is none that counts.
func (in *inbound) take(header *rtp.Header, payload []byte, arrived time.Time) (taken, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	sequence := header.SequenceNumber
	if header.SSRC == in.again {
		// RFC 4588: the first two bytes are the number that the packet had.
		if len(payload) < 2 {
			return taken{}, false
		}
		sequence = binary.BigEndian.Uint16(payload)
		payload = payload[2:]
	}
	number, fresh := in.receiver.Take(sequence)
	if !fresh {
		return taken{}, false
	}
	t := taken{first: in.receiver.Received == 1}
	if in.nacks {
		t.gap = in.missing.Take(number, arrived)
	}
	in.lastAt = arrived
	if header.SSRC == in.ssrc {
		in.receiver.Time(arrived, header.Timestamp, in.clockRate)
	}
	if in.vp8 && isVP8KeyFrame(payload) {
		in.wantsKeyFrame = false
		in.keyFrames++
	}
	if !in.sound && !in.wantsKeyFrame && !in.missing.Any() {
		t.shown, in.shownAt = true, arrived
	}
	due, ok := in.due(header, payload)
	if !ok {
		return t, true
	}
	t.late, t.scheduled = arrived.Sub(due), true
	in.maxLate = max(in.maxLate, t.late)
	if t.late > lateFrom {
		in.late++
	}
	return t, true
}

// due is when a packet was to leave; false where nobody here sent it. A server may change the timestamps of pictures.
func (in *inbound) due(header *rtp.Header, payload []byte) (time.Time, bool) {
	if in.schedule == nil {
		return time.Time{}, false
	}
	if in.sound {
		return in.schedule.Due(header.Timestamp)
	}
	stamp, ok := stream.ReadStamp(payload)
	if !ok {
		return time.Time{}, false
	}
	in.layer = stamp.Layer
	return in.schedule.DueAfter(stamp.Ticks)
}

func (in *inbound) counted() counts {
	in.mu.Lock()
	defer in.mu.Unlock()
	return counts{
		expected:  in.receiver.Expected(),
		lost:      in.receiver.Lost(),
		late:      in.late,
		asked:     in.missing.Asked,
		recovered: in.missing.Recovered,
		maxLate:   in.maxLate,
	}
}

// isVP8KeyFrame reads the payload descriptor (RFC 7741, section 4.2) and the first byte of the frame.
func isVP8KeyFrame(payload []byte) bool {
	const extended, start, partition, pictureID, level, temporal = 0x80, 0x10, 0x07, 0x80, 0x40, 0x30
	if len(payload) < 1 || payload[0]&start == 0 || payload[0]&partition != 0 {
		return false
	}
	at := 1
	if payload[0]&extended != 0 {
		if len(payload) < 2 {
			return false
		}
		flags := payload[1]
		at++
		if flags&pictureID != 0 {
			if len(payload) <= at {
				return false
			}
			if payload[at]&0x80 != 0 {
				at++
			}
			at++
		}
		if flags&level != 0 {
			at++
		}
		if flags&temporal != 0 {
			at++
		}
	}
	return len(payload) > at && payload[at]&1 == 0
}
