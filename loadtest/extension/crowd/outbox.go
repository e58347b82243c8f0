package crowd

import (
	"slices"
	"sync"
	"time"
)

const (
	// As client/src/classroom/datagram-outbox.ts: what is not answered by then is sent again, after twice as long each time, for two minutes.
	resendAfter = 10 * time.Second
	keepFor     = 2 * time.Minute
	mostStored  = int(keepFor / WindowSpan)
)

// outbox keeps a student's datagrams until the server has them; it outlives the channel.
type outbox struct {
	mu      sync.Mutex
	waiting []pending
	// stored are the newest windows that the server called stored.
	stored []uint32
}

type pending struct {
	window     uint32
	datagram   []byte
	made, sent time.Time
	times      int
}

// add takes a new datagram; false when its window has one already.
func (o *outbox) add(window uint32, datagram []byte, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.waiting {
		if p.window == window {
			return false
		}
	}
	o.waiting = append(o.waiting, pending{window: window, datagram: datagram, made: now})
	return true
}

// acknowledge forgets these windows. Gives how many of those that waited are stored, and how many will not be counted: of a window that is
// acknowledged twice the first word stands.
func (o *outbox) acknowledge(stored, notCounted []uint32) (newlyStored, newlyNotCounted int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keep(func(p pending) bool {
		switch {
		case slices.Contains(stored, p.window):
			newlyStored++
			o.stored = append(o.stored, p.window)
		case slices.Contains(notCounted, p.window):
			newlyNotCounted++
		default:
			return true
		}
		return false
	})
	o.stored = o.stored[max(0, len(o.stored)-mostStored):]
	return newlyStored, newlyNotCounted
}

func (o *outbox) storedSoFar() []uint32 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.stored)
}

// transmit sends what was not sent yet or waits for its answer too long, or all that waits. Gives how many went out, up to an error of `send`.
func (o *outbox) transmit(now time.Time, all bool, send func([]byte) error) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keep(func(p pending) bool { return now.Sub(p.made) <= keepFor })
	sent := 0
	for i := range o.waiting {
		p := &o.waiting[i]
		if !all && p.times > 0 && now.Sub(p.sent) < resendAfter<<(p.times-1) {
			continue
		}
		if err := send(p.datagram); err != nil {
			return sent, err
		}
		p.times++
		p.sent = now
		sent++
	}
	return sent, nil
}

func (o *outbox) keep(wanted func(pending) bool) {
	kept := o.waiting[:0]
	for _, p := range o.waiting {
		if wanted(p) {
			kept = append(kept, p)
		}
	}
	clear(o.waiting[len(kept):])
	o.waiting = kept
}
