package k6module

import "runtime/metrics"

// scheduling tells how long goroutines that could run had to wait: since the process began, and within the last looks.
type scheduling struct{ looks [][]uint64 }

// recentLooks are as many as are taken within ten seconds.
const recentLooks = 10

// look gives the p99 of all, and of what came since ten looks ago, in seconds; false before there were so many looks.
func (s *scheduling) look() (all, recent float64, any bool) {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0, 0, false
	}
	h := sample[0].Value.Float64Histogram()
	return s.take(h.Buckets, h.Counts)
}

func (s *scheduling) take(buckets []float64, counts []uint64) (all, recent float64, any bool) {
	all = p99(buckets, counts, nil)
	if len(s.looks) == recentLooks {
		recent, any = p99(buckets, counts, s.looks[0]), true
		s.looks = append(s.looks[:0], s.looks[1:]...)
	}
	s.looks = append(s.looks, append([]uint64{}, counts...))
	return all, recent, any
}

// p99 is the upper bound of the bucket in which it lies, of what was counted after `before`; nil is nothing.
func p99(buckets []float64, counts, before []uint64) float64 {
	since := func(i int) uint64 {
		if before == nil {
			return counts[i]
		}
		return counts[i] - before[i]
	}
	var total, seen uint64
	for i := range counts {
		total += since(i)
	}
	for i := range counts {
		seen += since(i)
		if total > 0 && float64(seen) >= 0.99*float64(total) {
			return buckets[i+1]
		}
	}
	return 0
}
