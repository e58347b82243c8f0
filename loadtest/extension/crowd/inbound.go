package crowd

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"lectern-loadtest/stream"
)

// inbound is one consumer's stream at one participant. The reading goroutine writes it; the atomics are for the others.
type inbound struct {
	offer    consumerOffer
	ssrc     uint32
	schedule *stream.Schedule
	receiver stream.Receiver

	expected, received atomic.Uint64
	lastAtNs           atomic.Int64
	maxLate            atomic.Int64
	late               atomic.Uint64
}

func (in *inbound) audio() bool { return in.offer.Kind == "audio" }

// take counts one packet and gives how late it was; false when that is not known or it does not count.
func (in *inbound) take(header *rtp.Header, arrived time.Time) (time.Duration, bool) {
	if !in.receiver.Take(header.SequenceNumber, arrived) {
		return 0, false
	}
	in.expected.Store(in.receiver.Expected())
	in.received.Store(in.receiver.Received)
	in.lastAtNs.Store(arrived.UnixNano())
	if in.schedule == nil {
		return 0, false
	}
	due, ok := in.schedule.Due(header.Timestamp)
	if !ok {
		return 0, false
	}
	late := arrived.Sub(due)
	if int64(late) > in.maxLate.Load() {
		in.maxLate.Store(int64(late))
	}
	if late > lateFrom {
		in.late.Add(1)
	}
	return late, true
}

// missing is how many packets of sound should have come since the last one: a stream that fell silent lost them too.
func (in *inbound) missing(now time.Time, ptime time.Duration) uint64 {
	last := in.lastAtNs.Load()
	if last == 0 || in.schedule == nil {
		return 0
	}
	silent := now.Sub(time.Unix(0, last)) - time.Second
	if silent <= 0 || ptime <= 0 {
		return 0
	}
	return uint64(silent / ptime)
}
