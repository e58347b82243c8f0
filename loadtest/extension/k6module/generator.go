package k6module

import (
	"runtime"
	"runtime/metrics"
	"syscall"
	"time"

	"lectern-loadtest/crowd"
)

// addGenerator says what the generator itself took: a run in which it was saturated does not count.
func (e *emitter) addGenerator(now time.Time, span float64, totals crowd.Totals) {
	set := e.module.metrics
	if totals.Present > 0 && totals.BytesReceived >= e.whole.bytes {
		e.add(set.signallingRate, now, float64(totals.BytesReceived-e.whole.bytes)/span/float64(totals.Present), e.tags)
	}
	e.whole.bytes = totals.BytesReceived
	cpu := cpuTime()
	e.add(set.generatorCPU, now, (cpu-e.cpu).Seconds()/span, e.tags)
	e.cpu = cpu
	meter := e.class.Meter
	if meter.WindowToPacing.Count() > 0 {
		e.add(set.pacingP95, now, ms(meter.WindowToPacing.Quantile(0.95)), e.tags)
	}
	e.add(set.sendLateness, now, ms(meter.SendLateness()), e.tags)
	e.add(set.schedulingP99, now, schedulingP99()*1000, e.tags)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	e.add(set.generatorMemory, now, float64(memory.Sys), e.tags)
	if drops, err := e.module.root.drops.total(); err == nil {
		e.add(set.receiveDrops, now, float64(drops), e.tags)
	}
	if carried, dropped, any := e.module.root.relayed(); any {
		e.add(set.relayCarried, now, float64(carried), e.tags)
		e.add(set.relayDropped, now, float64(dropped), e.tags)
	}
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// schedulingP99 is how long goroutines that could run had to wait, in seconds, since the process began.
func schedulingP99() float64 {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0
	}
	h := sample[0].Value.Float64Histogram()
	var total, seen uint64
	for _, count := range h.Counts {
		total += count
	}
	for i, count := range h.Counts {
		seen += count
		if total > 0 && float64(seen) >= 0.99*float64(total) {
			return h.Buckets[i+1]
		}
	}
	return 0
}

// addLoads says how much of what was planned began in time: less than planned is another class than the one that is told of.
func (e *emitter) addLoads(now time.Time) {
	set := e.module.metrics
	loads := e.class.Meter.Loads()
	for kind, load := range loads {
		tags := e.tags.With("kind", kind)
		before := e.whole.loads[kind]
		e.add(set.planned, now, float64(load.Planned-before.Planned), tags)
		e.add(set.offered, now, float64(load.Offered-before.Offered), tags)
		if load.Planned > 0 {
			e.add(set.notOffered, now, 1-float64(load.Offered)/float64(load.Planned), tags)
		}
	}
	e.whole.loads = loads
}
