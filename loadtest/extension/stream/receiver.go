package stream

import "time"

// A packet later than this after one with a higher number counts as lost: its frame was played without it.
const window = 1024

// Receiver counts one RTP stream of one participant by sequence number. Used from one goroutine at a time.
type Receiver struct {
	first, highest uint64
	seen           [window / 64]uint64
	// Received counts each packet once; Duplicates those that came again or far too late.
	Received, Duplicates uint64

	transit  float64
	jitter   float64
	reported struct{ expected, received uint64 }
}

// Take counts one packet and gives its number, which does not wrap around; false when it is none that counts.
func (r *Receiver) Take(sequence uint16) (uint64, bool) {
	if r.Received == 0 {
		// One round up, so that what overtook the first packet has a number too.
		r.first = uint64(sequence) + 1<<16
		r.highest = r.first
		r.note(r.first)
		return r.first, true
	}
	number := uint64(int64(r.highest) + int64(int16(sequence-uint16(r.highest))))
	switch {
	case number > r.highest:
		r.forget(r.highest+1, number)
		r.highest = number
	case number+window <= r.highest || number < r.first || r.has(number):
		r.Duplicates++
		return number, false
	}
	r.note(number)
	return number, true
}

// Time takes the arrival of a packet with this timestamp into the jitter (RFC 3550, section 6.4.1).
func (r *Receiver) Time(arrived time.Time, timestamp uint32, clockRate int) {
	ticks := float64(arrived.UnixNano()%int64(time.Hour)) / float64(time.Second) * float64(clockRate)
	transit := ticks - float64(timestamp)
	change := transit - r.transit
	r.transit = transit
	// The first packet, and those after which either clock went round, tell nothing.
	if change < 0 {
		change = -change
	}
	if change < float64(10*clockRate) {
		r.jitter += (change - r.jitter) / 16
	}
}

// Expected is how many packets there should have been, from the first to the highest number.
func (r *Receiver) Expected() uint64 {
	if r.Received == 0 {
		return 0
	}
	return r.highest - r.first + 1
}

// Lost is how many of those did not come.
func (r *Receiver) Lost() uint64 { return r.Expected() - r.Received }

// Report is what RTCP says of a stream since the last report.
type Report struct {
	// FractionLost in 256ths since the last report; TotalLost since the beginning.
	FractionLost uint8
	TotalLost    uint32
	// Highest is the extended sequence number; Jitter in ticks of the stream's clock.
	Highest, Jitter uint32
}

// Report tells of the time since the last one.
func (r *Receiver) Report() Report {
	expected, received := r.Expected(), r.Received
	since := expected - r.reported.expected
	got := received - r.reported.received
	r.reported.expected, r.reported.received = expected, received
	report := Report{
		TotalLost: uint32(min(expected-received, 0x7f_ffff)),
		Highest:   uint32(r.highest - 1<<16),
		Jitter:    uint32(r.jitter),
	}
	if since > got {
		report.FractionLost = uint8(min((since-got)*256/since, 255))
	}
	return report
}

func (r *Receiver) note(number uint64) {
	r.seen[number%window/64] |= 1 << (number % 64)
	r.Received++
}

func (r *Receiver) has(number uint64) bool {
	return r.seen[number%window/64]&(1<<(number%64)) != 0
}

// forget makes room for the numbers from `from` to `to`.
func (r *Receiver) forget(from, to uint64) {
	if to-from >= window {
		r.seen = [window / 64]uint64{}
		return
	}
	for number := from; number <= to; number++ {
		r.seen[number%window/64] &^= 1 << (number % 64)
	}
}
