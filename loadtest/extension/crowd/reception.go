package crowd

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"lectern-loadtest/stream"
	"lectern-loadtest/webrtc"
)

// reception is one receiving transport and what comes over it.
type reception struct {
	student   *Student
	transport string
	link      *webrtc.Link
	// Read at any time, changed under the lock.
	streams  atomic.Pointer[[]*inbound]
	changing sync.Mutex

	// Number of the header extension for congestion control; zero while none was negotiated.
	transportCC atomic.Uint32
	arriving    sync.Mutex
	arrivals    stream.Arrivals
	preferring  sync.Mutex

	// What the rounds alone use.
	reporting reporting
	packets   uint64
	inVain    int
}

func (s *Student) newReception(options webrtc.Options) (*reception, error) {
	r := &reception{student: s, transport: options.TransportID}
	r.streams.Store(&[]*inbound{})
	now := time.Now()
	r.reporting.sound, r.reporting.picture = now.Add(spread(soundReportEvery)), now.Add(spread(pictureReportEvery))
	options.Through = s.through
	link, err := webrtc.Open(options, s.class.certificate, webrtc.Handlers{
		RTP:    r.packet,
		RTCP:   r.takeReports,
		Closed: func() { s.receptionEnded(r) },
	})
	r.link = link
	return r, err
}

// packet counts one packet. It runs for each one of them.
func (r *reception) packet(header *rtp.Header, payload []byte, arrived time.Time) {
	r.noteArrival(header, arrived)
	in := r.of(header.SSRC)
	if in == nil {
		return
	}
	if header.SSRC == in.again && len(payload) == 0 {
		return
	}
	t, counts := in.take(header, payload, arrived)
	if !counts {
		return
	}
	if t.gap {
		r.askAtOnce(in, arrived)
	}
	group := r.student.group
	if !in.audio() {
		if in.ofTeacher && r.student.viewer.take(len(payload), t.shown, arrived) {
			group.note("picture", arrived.Sub(r.student.viewer.entered))
		}
		if t.scheduled {
			group.VideoLateness.Add(t.late)
		}
		return
	}
	if in.ofTeacher || in.schedule == nil {
		r.student.sound(arrived, t.first)
	}
	if t.scheduled {
		group.Lateness.Add(t.late)
		if watched := r.student.lateness.Load(); watched != nil {
			watched.Add(t.late)
		}
	}
}

func (r *reception) of(ssrc uint32) *inbound {
	for _, in := range *r.streams.Load() {
		if in.ssrc == ssrc || (in.again == ssrc && ssrc != 0) {
			return in
		}
	}
	return nil
}

func (r *reception) askAtOnce(in *inbound, now time.Time) {
	in.mu.Lock()
	packet := appendNACK(nil, in.ssrc, in.missing.Due(now, r.link.RoundTrip()))
	in.mu.Unlock()
	if len(packet) > 0 {
		_ = r.link.WriteRTCP(packet)
	}
}

// listen makes a stream for each new consumer; true when one of them is sound that somebody sends now.
func (r *reception) listen(offered []consumerOffer) bool {
	r.changing.Lock()
	defer r.changing.Unlock()
	sounds := false
	streams := append([]*inbound{}, *r.streams.Load()...)
	for _, offer := range offered {
		if len(offer.RtpParameters.Encodings) == 0 {
			continue
		}
		class := r.student.class
		if id := offer.transportCC(); id != 0 {
			r.transportCC.Store(uint32(id))
		}
		streams = append(streams, newInbound(offer, class.scheduleOf(offer.ProducerID), class.teacher()))
		sounds = sounds || (offer.Kind == "audio" && !offer.ProducerPaused)
	}
	r.streams.Store(&streams)
	return sounds
}

// keep folds all streams but these into what is past.
func (r *reception) keep(wanted func(*inbound) bool) {
	r.changing.Lock()
	defer r.changing.Unlock()
	kept := []*inbound{}
	for _, in := range *r.streams.Load() {
		if wanted(in) {
			kept = append(kept, in)
		} else {
			r.student.past.fold(in)
		}
	}
	r.streams.Store(&kept)
}

func (r *reception) close() {
	r.link.Close()
	r.keep(func(*inbound) bool { return false })
}

func (r *reception) knows(consumerID string) bool {
	for _, in := range *r.streams.Load() {
		if in.offer.ConsumerID == consumerID {
			return true
		}
	}
	return false
}

// received is how many packets came over this link so far, of streams that still are.
func (r *reception) received() uint64 {
	var packets uint64
	for _, in := range *r.streams.Load() {
		in.mu.Lock()
		packets += in.receiver.Received
		in.mu.Unlock()
	}
	return packets
}

// pastStreams keep what closed streams came to.
type pastStreams struct {
	mu           sync.Mutex
	sound, sight counts
}

func (p *pastStreams) fold(in *inbound) {
	c := in.counted()
	p.mu.Lock()
	defer p.mu.Unlock()
	if in.audio() {
		p.sound.add(c)
	} else {
		p.sight.add(c)
	}
}

func (p *pastStreams) lostSound(packets uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sound.expected += packets
	p.sound.lost += packets
}

func (p *pastStreams) counted() (sound, sight counts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sound, p.sight
}

func (c *counts) add(other counts) {
	c.expected += other.expected
	c.lost += other.lost
	c.late += other.late
	c.asked += other.asked
	c.recovered += other.recovered
	c.maxLate = max(c.maxLate, other.maxLate)
}
