package k6module

import (
	"sync"

	"lectern-loadtest/crowd"
	"lectern-loadtest/stream"
)

// looks are what each class had come to at the last look.
type looks struct {
	mu   sync.Mutex
	last map[*crowd.Class]*seen
}

type seen struct {
	expected, lost  uint64
	disconnects     int64
	linksEnded      int64
	lateness, joins stream.Snapshot
	sending         crowd.SendLatenesses
}

// present is how many students of this process are connected now.
func (m *module) present(class classOptions) (int, error) {
	of, err := m.root.class(class)
	if err != nil {
		return 0, err
	}
	return of.Meter.Totals().Present, nil
}

// look tells what a class heard since the last look.
func (m *module) look(class classOptions) (map[string]any, error) {
	of, err := m.root.class(class)
	if err != nil {
		return nil, err
	}
	totals := of.Meter.Totals()
	now := &seen{expected: totals.AudioExpected, lost: totals.AudioLost, sending: of.Meter.SendLatenessSoFar()}
	for _, group := range of.Meter.Students() {
		now.lateness.Add(group.Lateness.Snapshot())
		now.joins.Add(group.Joins.Snapshot())
		now.disconnects += group.Disconnects.Load()
	}
	for _, group := range of.Meter.Groups() {
		now.linksEnded += group.LinksEnded.Load()
	}
	before := m.root.looks.exchange(of, now)
	lateness, _ := now.lateness.QuantileSince(&before.lateness, 0.999)
	var joinP95 any
	if took, joined := now.joins.QuantileSince(&before.joins, 0.95); joined > 0 {
		joinP95 = ms(took)
	}
	return map[string]any{
		"present":           totals.Present,
		"lossShare":         lossSince(before, now),
		"latenessP999Ms":    ms(lateness),
		"sendLatenessP99Ms": ms(now.sending.Since(before.sending)),
		"joinP95Ms":         joinP95,
		"disconnects":       now.disconnects - before.disconnects,
		"linksEnded":        now.linksEnded - before.linksEnded,
		"deaf":              totals.Deaf,
	}, nil
}

func (l *looks) exchange(of *crowd.Class, now *seen) *seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.last[of]
	if before == nil {
		before = &seen{}
	}
	if l.last == nil {
		l.last = map[*crowd.Class]*seen{}
	}
	l.last[of] = now
	return before
}

// lossSince is a share in 0..1. What was taken for missing may have come after all: then nothing was lost.
func lossSince(before, now *seen) float64 {
	if now.expected <= before.expected || now.lost <= before.lost {
		return 0
	}
	return float64(now.lost-before.lost) / float64(now.expected-before.expected)
}
