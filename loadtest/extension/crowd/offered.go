package crowd

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Load is how much of something was planned, and how much of that began in time. A generator that starts late, or not at all, offers less than
// what a run is said to bear.
type Load struct{ Planned, Offered uint64 }

type load struct{ planned, offered atomic.Uint64 }

// loads are kept by what they are of: seat, join, leave, chat, hand, reaction.
type loads struct {
	mu sync.Mutex
	of map[string]*load
}

func (l *loads) kind(name string) *load {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.of[name]
	if known == nil {
		known = &load{}
		l.of[name] = known
	}
	return known
}

// Loads by what they are of.
func (m *Meter) Loads() map[string]Load {
	m.loads.mu.Lock()
	defer m.loads.mu.Unlock()
	copied := make(map[string]Load, len(m.loads.of))
	for name, l := range m.loads.of {
		// In this order: what is offered was planned before.
		offered := l.offered.Load()
		copied[name] = Load{Planned: l.planned.Load(), Offered: offered}
	}
	return copied
}

// What begins later than a twentieth of the whole span, within these bounds, is not what was planned.
const bearsLeast, bearsMost = 100 * time.Millisecond, time.Second

// turn is one of a load, due at a time.
type turn struct {
	due   time.Time
	bears time.Duration
	of    *load
}

// begins counts the turn as offered where it begins in time, and gives how late it does.
func (t turn) begins(now time.Time) time.Duration {
	late := max(0, now.Sub(t.due))
	if late <= t.bears {
		t.of.offered.Add(1)
	}
	return late
}

// offer lets so many of a kind begin, evenly over a span, and resolves when all are done. Each is due by the schedule, however late this is.
func (m *Meter) offer(ctx context.Context, kind string, count int, over time.Duration, do func(turn)) {
	of := m.loads.kind(kind)
	bears := min(max(over/20, bearsLeast), bearsMost)
	began := time.Now()
	var all sync.WaitGroup
	defer all.Wait()
	for n := range count {
		due := began.Add(time.Duration(float64(over) * float64(n) / float64(count)))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			// What was broken off was planned all the same.
			of.planned.Add(uint64(count - n))
			return
		}
		of.planned.Add(1)
		all.Go(func() { do(turn{due, bears, of}) })
	}
}

// offerRate is the same for so many a second; it resolves no sooner than the span has passed.
func (m *Meter) offerRate(ctx context.Context, kind string, perSecond float64, span time.Duration, do func(turn)) {
	if perSecond <= 0 {
		return
	}
	end := time.NewTimer(span)
	defer end.Stop()
	m.offer(ctx, kind, int(perSecond*span.Seconds()), span, do)
	select {
	case <-end.C:
	case <-ctx.Done():
	}
}
