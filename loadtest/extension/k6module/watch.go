package k6module

import "lectern-loadtest/crowd"

// watch is what scripts hold of a crowd that is watched.
type watch struct{ of *crowd.Watch }

// Watch begins to watch those who are in now.
func (s *students) Watch() *watch { return &watch{s.crowd.Watch()} }

// FromNow counts anew from now on.
func (w *watch) FromNow() { w.of.FromNow() }

// Silent is how many of those watched do not hear.
func (w *watch) Silent() int { return w.of.Silent() }

// Heard is what all of them heard.
func (w *watch) Heard() map[string]any { return heard(w.of.Heard()) }

// HeardByUndisturbed is what those heard whose media and connection were not made anew.
func (w *watch) HeardByUndisturbed() map[string]any { return heard(w.of.HeardByUndisturbed()) }

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
