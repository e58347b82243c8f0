package crowd

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	recountEvery = 500 * time.Millisecond
	// The server knows nothing of scores that are older than two minutes: of those that come near it nothing is asked.
	recountUpTo = keepFor - 10*time.Second
)

// recount asks the server again about scores that it had called stored. Once their window is closed it says so again only of those that are in the
// store; a score that it lost is not counted any more.
type recount struct {
	mu sync.Mutex
	// Windows without an answer, and when they were asked for last; zero is never.
	open map[uint32]time.Time
	// windows are how many there were, stored those of them that the server says it has.
	windows, stored int
}

var errNoChannel = errors.New("no channel is open")

func newRecount(windows []uint32) *recount {
	r := &recount{open: map[uint32]time.Time{}, windows: len(windows)}
	for _, window := range windows {
		r.open[window] = time.Time{}
	}
	return r
}

// take notes the server's word on windows that were asked for.
func (r *recount) take(answer acknowledged) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, window := range answer.Stored {
		if !r.open[window].IsZero() {
			r.stored++
			delete(r.open, window)
		}
	}
	for _, window := range answer.NotCounted {
		if !r.open[window].IsZero() {
			delete(r.open, window)
		}
	}
}

// ask sends all that was not asked yet, or waits for its answer too long: a question is lost with its channel, an answer with its connection. True
// once everything is answered.
func (r *recount) ask(now time.Time, send func([]byte) error) (done bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for window, asked := range r.open {
		if now.Sub(asked) >= resendAfter && send(Datagram(window, 0.5, false)) == nil {
			r.open[window] = now
		}
	}
	return len(r.open) == 0
}

// Recounted is how many scores were asked for again, and how many of them are not stored or nobody answered for.
type Recounted struct{ Asked, Missing int }

// Recount asks the server again about every score that it had called stored when the watch began, once the windows are closed, for this long at most.
func (w *Watch) Recount(ctx context.Context, within time.Duration) Recounted {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	w.mu.Lock()
	people := w.people
	w.mu.Unlock()
	if !closedUpTo(ctx, people) {
		return recounted(people, nil)
	}
	recounts := map[*watched]*recount{}
	for _, one := range people {
		if windows := one.stillKnown(time.Now()); len(windows) > 0 {
			recounts[one] = newRecount(windows)
			one.student.recount.Store(recounts[one])
		}
	}
	untilDone(ctx, func() bool {
		done := true
		for one, r := range recounts {
			done = r.ask(time.Now(), one.student.sendDatagram) && done
		}
		return done
	})
	return recounted(people, recounts)
}

// recounted sums up; without recounts nothing could be asked, and everything is missing.
func recounted(people []*watched, recounts map[*watched]*recount) Recounted {
	sum := Recounted{}
	for _, one := range people {
		asked, stored := len(one.stored), 0
		if recounts != nil {
			asked = 0
			if r := recounts[one]; r != nil {
				r.mu.Lock()
				asked, stored = r.windows, r.stored
				r.mu.Unlock()
			}
		}
		sum.Asked += asked
		sum.Missing += asked - stored
	}
	return sum
}

// closedUpTo waits until the newest of these windows is closed: what is asked before would be stored anew. False where that does not happen.
func closedUpTo(ctx context.Context, people []*watched) bool {
	newest := uint32(0)
	var class *Class
	for _, one := range people {
		class = one.student.class
		for _, window := range one.stored {
			newest = max(newest, window)
		}
	}
	end := (time.Duration(newest) + 1) * WindowSpan
	return class != nil && untilDone(ctx, func() bool { return time.Duration(class.closedTo.Load()) >= end })
}

func untilDone(ctx context.Context, done func() bool) bool {
	ticker := time.NewTicker(recountEvery)
	defer ticker.Stop()
	for !done() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// stillKnown are the windows of the scores that the server is able to speak of.
func (o *watched) stillKnown(now time.Time) []uint32 {
	at, known := o.student.class.classTime(now)
	windows := []uint32{}
	for _, window := range o.stored {
		if age := at - (time.Duration(window)+1)*WindowSpan; known && age < recountUpTo {
			windows = append(windows, window)
		}
	}
	return windows
}

// sendDatagram fails where no channel is open.
func (s *Student) sendDatagram(datagram []byte) error {
	g := s.signal.Load()
	if g == nil {
		return errNoChannel
	}
	channel := g.channel.Load()
	if channel == nil {
		return errNoChannel
	}
	return channel.Send(datagram)
}
