package stream

import "time"

// Recent tells of the last looks at a histogram: what lasts for seconds is not hidden by all that came before. Used from one goroutine at a time.
type Recent struct {
	of    *Histogram
	kept  int
	looks []*Snapshot
}

// NewRecent tells of what comes between so many looks and the one that is taken.
func NewRecent(of *Histogram, kept int) *Recent { return &Recent{of: of, kept: kept} }

// Look gives the quantile of what came since the look that was taken so many looks ago; false where there was none yet, or nothing came.
func (r *Recent) Look(q float64) (time.Duration, bool) {
	r.looks = append(r.looks, r.of.Snapshot())
	if len(r.looks) <= r.kept {
		return 0, false
	}
	before := r.looks[0]
	r.looks = append(r.looks[:0], r.looks[1:]...)
	value, count := r.looks[r.kept-1].QuantileSince(before, q)
	return value, count > 0
}
