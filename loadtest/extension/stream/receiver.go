package stream

import "time"

// A packet later than this after one with a higher number counts as lost: its frame was played without it.
const window = 1024

// Receiver counts one RTP stream of one participant by sequence number. Used from one goroutine.
type Receiver struct {
	first, highest uint64
	seen           [window / 64]uint64
	// Received counts each packet once; Duplicates those that came again or far too late.
	Received, Duplicates uint64
	// FirstAt and LastAt are the times of the first and the newest packet; zero before the first.
	FirstAt, LastAt time.Time
	// LongestGap is the longest time between two packets that followed one another.
	LongestGap time.Duration
}

// Take counts one packet; false when it is none that counts.
func (r *Receiver) Take(sequence uint16, arrived time.Time) bool {
	if r.Received == 0 {
		// One round up, so that what overtook the first packet has a number too.
		r.first = uint64(sequence) + 1<<16
		r.highest = r.first
		r.FirstAt = arrived
		r.note(r.first, arrived)
		return true
	}
	number := r.extend(sequence)
	switch {
	case number > r.highest:
		r.forget(r.highest+1, number)
		r.highest = number
	case number+window <= r.highest || number < r.first || r.has(number):
		r.Duplicates++
		return false
	}
	r.note(number, arrived)
	return true
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

// HighestSequence is the extended number as RTCP reports it.
func (r *Receiver) HighestSequence() uint32 { return uint32(r.highest - 1<<16) }

func (r *Receiver) extend(sequence uint16) uint64 {
	return uint64(int64(r.highest) + int64(int16(sequence-uint16(r.highest))))
}

func (r *Receiver) note(number uint64, arrived time.Time) {
	r.seen[number%window/64] |= 1 << (number % 64)
	r.Received++
	if gap := arrived.Sub(r.LastAt); !r.LastAt.IsZero() && gap > r.LongestGap {
		r.LongestGap = gap
	}
	r.LastAt = arrived
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
