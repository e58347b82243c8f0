package k6module

import "testing"

func TestWaitsOfTheLastTenLooksAreToldApartFromAllBefore(t *testing.T) {
	buckets := []float64{0, 0.001, 0.01, 0.1}
	counts := []uint64{100_000, 0, 0}
	s := &scheduling{}
	for n := range 30 {
		counts[0] += 1000
		if all, recent, any := s.take(buckets, counts); all != 0.001 || any != (n >= recentLooks) || recent > 0.001 {
			t.Fatalf("look %d: %g, %g, %v", n, all, recent, any)
		}
	}
	counts[2] += 500
	if all, recent, _ := s.take(buckets, counts); all != 0.001 || recent != 0.1 {
		t.Errorf("p99 %g of all, %g of the last ten looks, want 0.001 and 0.1", all, recent)
	}
	for range recentLooks {
		counts[0] += 1000
		s.take(buckets, counts)
	}
	counts[0] += 1000
	if _, recent, _ := s.take(buckets, counts); recent != 0.001 {
		t.Errorf("p99 %g ten looks later", recent)
	}
}
