package k6module

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"
	k6metrics "go.k6.io/k6/v2/metrics"

	"lectern-loadtest/crowd"
)

// vuOf is as much of a VU as an emitter uses.
type vuOf struct {
	modules.VU
	life  context.Context
	state *lib.State
}

func (v vuOf) Context() context.Context { return v.life }
func (v vuOf) State() *lib.State        { return v.state }

// emitting is an emitter of a class with one group of students, and where what it emits goes.
func emitting(t *testing.T) (*emitter, *crowd.Group, <-chan k6metrics.SampleContainer) {
	t.Helper()
	registry := k6metrics.NewRegistry()
	set, err := registerMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	class, err := crowd.NewClass("http://127.0.0.1:1", "aaaa-bbbb-cccc", "", crowd.NewMeter())
	if err != nil {
		t.Fatal(err)
	}
	emitted := make(chan k6metrics.SampleContainer, 10_000)
	vu := vuOf{life: t.Context(), state: &lib.State{Tags: lib.NewVUStateTags(registry.RootTagSet()), Samples: emitted}}
	return newEmitter(&module{root: &rootModule{}, vu: vu, metrics: set}, class), class.Meter.Group(""), emitted
}

// valuesOf are those of one metric, in the order of their emission.
func valuesOf(metric *k6metrics.Metric, samples []k6metrics.Sample) []float64 {
	values := []float64{}
	for _, sample := range samples {
		if sample.Metric == metric {
			values = append(values, sample.Value)
		}
	}
	return values
}

func TestWhatIsCountedForEachPacketIsEmittedOnceASecondAndTakesAsManySamplesHoweverManyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, group, emitted := emitting(t)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go e.run(ctx)
		// Between two ticks, so that each lies on one side of what is looked at.
		time.Sleep(500 * time.Millisecond)
		want := 0
		for n, packets := range []int{1, 1000, 100_000} {
			for range packets {
				group.Lateness.Add(time.Duration(n+1) * time.Millisecond)
				group.DatagramsSent.Add(1)
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if sets := len(emitted); sets != 1 {
				t.Fatalf("%d sets of samples within a second, want 1", sets)
			}
			samples := (<-emitted).GetSamples()
			if n == 0 {
				want = len(samples)
			}
			if len(samples) != want {
				t.Errorf("%d samples after %d packets, want %d as after one", len(samples), packets, want)
			}
			if told := valuesOf(e.module.metrics.datagrams, samples); !slices.Equal(told, []float64{float64(packets)}) {
				t.Errorf("datagrams told as %v, want %d", told, packets)
			}
			if told := valuesOf(e.module.metrics.lateness, samples); len(told) != 3 {
				t.Errorf("lateness of %d packets told in %d samples, want three quantiles", packets, len(told))
			}
			seen := map[k6metrics.TimeSeries]bool{}
			for _, sample := range samples {
				// Counts of students and staff are summed: of all else one value stands for a second.
				if seen[sample.TimeSeries] && sample.Metric.Type != k6metrics.Counter {
					t.Fatalf("%s is told twice in one second", sample.Metric.Name)
				}
				seen[sample.TimeSeries] = true
			}
		}
	})
}

func TestACounterTellsWhatGrewAndNeverFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, group, emitted := emitting(t)
		sent := func(datagrams uint64) []float64 {
			group.DatagramsSent.Add(datagrams)
			time.Sleep(time.Second)
			e.emit()
			return valuesOf(e.module.metrics.datagrams, (<-emitted).GetSamples())
		}
		if first, none, third := sent(3), sent(0), sent(2); !slices.Equal(first, []float64{3}) || len(none) != 0 || !slices.Equal(third, []float64{2}) {
			t.Errorf("told %v, %v and %v, want 3, nothing and 2", first, none, third)
		}
		for metric, want := range map[*k6metrics.Metric][]float64{
			// What was taken for lost came after all.
			e.module.metrics.audioLost:   {5, 1},
			e.module.metrics.disconnects: {5, 0, 1},
		} {
			e.samples = nil
			for _, now := range []uint64{5, 3, 6} {
				e.addCounter(time.Now(), e.toldOf(group), counterNow{metric, now, metric == e.module.metrics.disconnects}, e.tags)
			}
			if told := valuesOf(metric, e.samples); !slices.Equal(told, want) {
				t.Errorf("%s at 5, 3 and 6 told as %v, want %v", metric.Name, told, want)
			}
		}
	})
}
