package crowd

import (
	"sync"
	"time"
)

// owedWithin is how long after the end of its window a score is stored and acknowledged at the latest: time to send it once more, and to hear of it.
const owedWithin = resendAfter + 2*time.Second

// owed are the scores that a student who contributes ought to give: one for each window that ends while they are in, abstentions included.
type owed struct {
	mu sync.Mutex
	// begun is true once next, the first window that did not end yet, is known.
	begun   bool
	next    int64
	waiting []owedScore
}

type owedScore struct {
	window int64
	stored bool
}

// look takes in the windows that ended up to this time of the class clock. Gives how many scores fell due since the look before, and how many of
// them the server did not call stored in time.
func (o *owed) look(at time.Duration) (due, missing uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := int64(at / WindowSpan)
	if !o.begun {
		o.begun, o.next = true, now
	}
	for ; o.next < now; o.next++ {
		o.waiting = append(o.waiting, owedScore{window: o.next})
	}
	for len(o.waiting) > 0 && at >= time.Duration(o.waiting[0].window+1)*WindowSpan+owedWithin {
		due++
		if !o.waiting[0].stored {
			missing++
		}
		o.waiting = append(o.waiting[:0], o.waiting[1:]...)
	}
	return due, missing
}

// stored notes the server's word.
func (o *owed) stored(windows []uint32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, window := range windows {
		for n := range o.waiting {
			o.waiting[n].stored = o.waiting[n].stored || o.waiting[n].window == int64(window)
		}
		// A class clock that runs a little ahead has its word before the window has ended here.
		if o.begun && int64(window) == o.next {
			o.waiting = append(o.waiting, owedScore{window: o.next, stored: true})
			o.next++
		}
	}
}
