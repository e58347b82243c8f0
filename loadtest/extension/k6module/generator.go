package k6module

import (
	"runtime"
	"syscall"
	"time"

	k6metrics "go.k6.io/k6/v2/metrics"

	"lectern-loadtest/crowd"
)

// addScores says how many of the scores are missing that those who ought to contribute owe; nothing while none fell due.
func (e *emitter) addScores(now time.Time) {
	var due, missing uint64
	for _, group := range e.class.Meter.Students() {
		due += group.ScoresDue.Load()
		missing += group.ScoresMissing.Load()
	}
	if due > 0 {
		e.add(e.module.metrics.scoresMissing, now, float64(missing)/float64(due), e.tags)
	}
}

// addSignalling says what came to each student; to the unruly apart, who ask for much of it.
func (e *emitter) addSignalling(now time.Time, span float64, calm, unruly crowd.Totals) {
	set := e.module.metrics
	for _, of := range []struct {
		metric *k6metrics.Metric
		totals crowd.Totals
		before *uint64
	}{
		{set.signallingRate, calm, &e.whole.calmBytes},
		{set.unrulySignallingRate, unruly, &e.whole.unrulyBytes},
	} {
		if of.totals.Present > 0 && of.totals.BytesReceived >= *of.before {
			e.add(of.metric, now, float64(of.totals.BytesReceived-*of.before)/span/float64(of.totals.Present), e.tags)
		}
		*of.before = of.totals.BytesReceived
	}
}

// addGenerator says what the generator itself took: a run in which it was saturated does not count.
func (e *emitter) addGenerator(now time.Time, span float64) {
	set := e.module.metrics
	cpu := cpuTime()
	e.add(set.generatorCPU, now, (cpu-e.cpu).Seconds()/span, e.tags)
	e.cpu = cpu
	meter := e.class.Meter
	if meter.WindowToPacing.Count() > 0 {
		e.add(set.pacingP95, now, ms(meter.WindowToPacing.Quantile(0.95)), e.tags)
	}
	e.add(set.sendLateness, now, ms(meter.SendLateness()), e.tags)
	if worst, any := meter.RecentSendLateness(recentLooks); any {
		e.add(set.recentSendLateness, now, ms(worst), e.tags)
	}
	all, recent, any := e.scheduling.look()
	e.add(set.schedulingP99, now, all*1000, e.tags)
	if any {
		e.add(set.recentSchedulingP99, now, recent*1000, e.tags)
	}
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
			e.add(set.notOffered, now, float64(load.Planned-load.Offered)/float64(load.Planned), tags)
		}
	}
	e.whole.loads = loads
}
