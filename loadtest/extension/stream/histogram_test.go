package stream

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestEachValueLiesInABucketThatEndsAtOrJustAboveIt(t *testing.T) {
	for us := uint64(0); us < 1<<24; us = us*33/32 + 1 {
		upper := upperOf(bucketOf(us))
		if upper < us || float64(upper) > float64(us)*(1+1.0/subBuckets)+1 {
			t.Fatalf("%d us lies in a bucket up to %d us", us, upper)
		}
	}
}

func TestBucketsFollowOneAnother(t *testing.T) {
	before := 0
	for us := uint64(0); us < 1<<20; us++ {
		bucket := bucketOf(us)
		if bucket != before && bucket != before+1 {
			t.Fatalf("bucket %d follows %d at %d us", bucket, before, us)
		}
		before = bucket
	}
}

func TestQuantilesAreThoseOfTheSortedValues(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	h := &Histogram{}
	values := make([]float64, 20_000)
	for i := range values {
		values[i] = math.Exp(random.Float64()*12) * 1.5
		h.Add(time.Duration(values[i]) * time.Microsecond)
	}
	slices.Sort(values)
	for _, q := range []float64{0.01, 0.5, 0.95, 0.99, 0.999, 1} {
		exact := values[int(math.Ceil(q*float64(len(values))))-1]
		got := float64(h.Quantile(q).Microseconds())
		if got < math.Floor(exact) || got > exact*(1+1.0/subBuckets)+1 {
			t.Errorf("quantile %g is %g us, the sorted values say %g us", q, got, exact)
		}
	}
}

func TestTheQuantileSinceASnapshotLeavesOutWhatCameBefore(t *testing.T) {
	h := &Histogram{}
	for range 1000 {
		h.Add(time.Second)
	}
	before := h.Snapshot()
	for range 10 {
		h.Add(3 * time.Microsecond)
	}
	if got, n := h.Snapshot().QuantileSince(before, 1); got != 3*time.Microsecond || n != 10 {
		t.Errorf("got %s of %d, want 3us of 10", got, n)
	}
}
