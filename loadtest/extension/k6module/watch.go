package k6module

import (
	"context"
	"time"

	"lectern-loadtest/crowd"
)

// watch is what scripts hold of a crowd that is watched.
type watch struct {
	ctx context.Context
	of  *crowd.Watch
}

// Watch begins to watch those who are in now.
func (s *students) Watch() *watch { return &watch{s.ctx, s.crowd.Watch()} }

// FromNow counts anew from now on.
func (w *watch) FromNow() { w.of.FromNow() }

// Silent is how many of those watched do not hear.
func (w *watch) Silent() int { return w.of.Silent() }

// StageAwayMs is how long after the count began the teacher published anew; nil where that did not happen.
func (w *watch) StageAwayMs() any { return msOrNil(w.of.StageAway()) }

// OutageP95Ms is how long those heard nothing whose sound began anew since the count began; nil where nobody's did.
func (w *watch) OutageP95Ms() any { return msOrNil(w.of.Outage()) }

func msOrNil(span time.Duration, known bool) any {
	if !known {
		return nil
	}
	return ms(span)
}

// Heard is what all of them heard.
func (w *watch) Heard() map[string]any { return heard(w.of.Heard()) }

// HeardByUndisturbed is what those heard whose media and connection were not made anew.
func (w *watch) HeardByUndisturbed() map[string]any { return heard(w.of.HeardByUndisturbed()) }

// DisturbedElsewhere is how many had their media or connection made anew who received through another port of the server than this one.
func (w *watch) DisturbedElsewhere(port int) int { return w.of.DisturbedElsewhere(port) }

// Recount asks the server again about the scores that it had called stored when the watch began, for so many seconds at most.
func (w *watch) Recount(withinSeconds float64) map[string]any {
	sum := w.of.Recount(w.ctx, seconds(withinSeconds))
	return map[string]any{"asked": sum.Asked, "missing": sum.Missing}
}

// mediaPorts are the server's ports that the class goes through.
func (m *module) mediaPorts(class classOptions) (map[string]any, error) {
	of, err := m.root.class(class)
	if err != nil {
		return nil, err
	}
	ports := of.MediaPorts()
	listeners := []map[string]any{}
	for port, people := range ports.Listeners {
		listeners = append(listeners, map[string]any{"port": port, "people": people})
	}
	return map[string]any{"stage": ports.Stage, "listeners": listeners}, nil
}

// remember keeps what everybody was told of chat and hands.
func (m *module) remember(class classOptions) (map[string]any, error) {
	of, ctx, err := m.joined(class)
	if err != nil {
		return nil, err
	}
	kept := of.Remember(ctx)
	return map[string]any{"people": kept.People, "lines": kept.Lines, "hands": kept.Hands}, nil
}

// differing is how many of those did not come back to the same.
func (m *module) differing(class classOptions) (int, error) {
	of, err := m.root.class(class)
	if err != nil {
		return 0, err
	}
	return of.Differing(), nil
}

func heard(h crowd.Heard) map[string]any {
	share := 0.0
	if h.Sound.Expected > 0 {
		share = float64(h.Sound.Lost) / float64(h.Sound.Expected)
	}
	return map[string]any{
		"people":         h.People,
		"packets":        h.Sound.Expected,
		"lossShare":      share,
		"latenessP999Ms": ms(h.Lateness.Quantile(0.999)),
	}
}
