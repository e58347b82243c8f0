package k6module

import (
	"context"
	"runtime"
	"runtime/metrics"
	"syscall"
	"time"

	k6metrics "go.k6.io/k6/v2/metrics"

	"lectern-loadtest/crowd"
	"lectern-loadtest/stream"
)

// metricSet are the custom metrics. k6 keeps every sample of a Trend: only joins, one for each participant, are Trends of their own; what is
// counted for each packet is aggregated here and emitted once a second.
type metricSet struct {
	join, outage, reconnect, lateness, windowToPacing *k6metrics.Metric

	joinFailures, disconnects, datagrams, windowsStored, windowsRefused *k6metrics.Metric
	audioPackets, audioLost                                             *k6metrics.Metric

	present, hearing, contributors, contributing *k6metrics.Metric
	audioLoss, videoLoss                         *k6metrics.Metric
	latenessP999, latenessMax, sendLateness      *k6metrics.Metric
	worstLoss, worstLateness                     *k6metrics.Metric
	pacingP95, outageP95, reconnectP95           *k6metrics.Metric
	signallingRate, generatorCPU, schedulingP99  *k6metrics.Metric
	generatorMemory, receiveDrops                *k6metrics.Metric
}

func registerMetrics(registry *k6metrics.Registry) (*metricSet, error) {
	set := &metricSet{}
	trend, counter, gauge := k6metrics.Trend, k6metrics.Counter, k6metrics.Gauge
	for _, m := range []struct {
		into     **k6metrics.Metric
		name     string
		kind     k6metrics.MetricType
		contains k6metrics.ValueType
	}{
		{&set.join, "lectern_join", trend, k6metrics.Time},
		{&set.lateness, "lectern_audio_lateness", trend, k6metrics.Time},
		{&set.joinFailures, "lectern_join_failures", counter, k6metrics.Default},
		{&set.disconnects, "lectern_disconnects", counter, k6metrics.Default},
		{&set.datagrams, "lectern_datagrams_sent", counter, k6metrics.Default},
		{&set.windowsStored, "lectern_windows_stored", counter, k6metrics.Default},
		{&set.windowsRefused, "lectern_windows_not_counted", counter, k6metrics.Default},
		{&set.audioPackets, "lectern_audio_packets", counter, k6metrics.Default},
		{&set.audioLost, "lectern_audio_packets_lost", counter, k6metrics.Default},
		{&set.present, "lectern_students_present", gauge, k6metrics.Default},
		{&set.hearing, "lectern_students_hearing", gauge, k6metrics.Default},
		{&set.contributors, "lectern_contributors", gauge, k6metrics.Default},
		{&set.contributing, "lectern_contributing_share", gauge, k6metrics.Default},
		{&set.audioLoss, "lectern_audio_loss_share", gauge, k6metrics.Default},
		{&set.videoLoss, "lectern_video_loss_share", gauge, k6metrics.Default},
		{&set.latenessP999, "lectern_audio_lateness_p999", gauge, k6metrics.Time},
		{&set.latenessMax, "lectern_audio_lateness_max", gauge, k6metrics.Time},
		{&set.worstLoss, "lectern_worst_lost_or_late_share", gauge, k6metrics.Default},
		{&set.worstLateness, "lectern_worst_lateness", gauge, k6metrics.Time},
		{&set.pacingP95, "lectern_window_to_pacing_p95", gauge, k6metrics.Time},
		{&set.outageP95, "lectern_media_outage_p95", gauge, k6metrics.Time},
		{&set.reconnectP95, "lectern_reconnect_p95", gauge, k6metrics.Time},
		{&set.signallingRate, "lectern_signalling_bytes_per_participant_s", gauge, k6metrics.Default},
		{&set.sendLateness, "lectern_generator_send_lateness_p99", gauge, k6metrics.Time},
		{&set.schedulingP99, "lectern_generator_scheduling_p99", gauge, k6metrics.Time},
		{&set.generatorCPU, "lectern_generator_cpu", gauge, k6metrics.Default},
		{&set.generatorMemory, "lectern_generator_memory", gauge, k6metrics.Data},
		{&set.receiveDrops, "lectern_generator_receive_drops", gauge, k6metrics.Default},
	} {
		made, err := registry.NewMetric(m.name, m.kind, m.contains)
		if err != nil {
			return nil, err
		}
		*m.into = made
	}
	return set, nil
}

// emitter turns what the meter of one class has counted into k6's samples, once a second.
type emitter struct {
	module *module
	class  *crowd.Class
	tags   *k6metrics.TagSet

	at                              time.Time
	cpu                             time.Duration
	lateness                        *stream.Snapshot
	audio, lost, datagrams          uint64
	stored, refused, bytes          uint64
	failures, disconnects, presents int64
	samples                         k6metrics.Samples
}

const everySecond = time.Second

func newEmitter(m *module, class *crowd.Class) *emitter {
	return &emitter{
		module:   m,
		class:    class,
		tags:     m.vu.State().Tags.GetCurrentValues().Tags,
		at:       time.Now(),
		cpu:      cpuTime(),
		lateness: &stream.Snapshot{},
	}
}

func (e *emitter) run(ctx context.Context) {
	ticker := time.NewTicker(everySecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			e.emit()
		case <-ctx.Done():
			return
		}
	}
}

func (e *emitter) emit() {
	meter, set, now := e.class.Meter, e.module.metrics, time.Now()
	span := now.Sub(e.at).Seconds()
	if span <= 0 {
		return
	}
	e.samples = nil
	for _, timing := range meter.TakeTimings() {
		e.addTagged(set.join, "phase", timing.Phase, timing.At, ms(timing.Took))
	}
	totals := meter.Totals()
	lateness := meter.Lateness.Snapshot()
	for _, q := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p95", 0.95}, {"p999", 0.999}} {
		if value, n := lateness.QuantileSince(e.lateness, q.q); n > 0 {
			e.addTagged(set.lateness, "quantile", q.name, now, ms(value))
		}
	}
	e.lateness = lateness
	e.addCounts(now, totals)
	e.addShares(now, totals)
	e.addGenerator(now, span, totals)
	e.at = now
	k6metrics.PushIfNotDone(e.module.vu.Context(), e.module.vu.State().Samples, e.samples)
}

func (e *emitter) addCounts(now time.Time, totals crowd.Totals) {
	meter, set := e.class.Meter, e.module.metrics
	for _, c := range []struct {
		metric *k6metrics.Metric
		now    uint64
		before *uint64
	}{
		{set.audioPackets, totals.AudioExpected, &e.audio},
		{set.audioLost, totals.AudioLost, &e.lost},
		{set.datagrams, meter.DatagramsSent.Load(), &e.datagrams},
		{set.windowsStored, meter.WindowsStored.Load(), &e.stored},
		{set.windowsRefused, meter.WindowsRefused.Load(), &e.refused},
	} {
		// What was taken for missing may have come after all: a counter never falls.
		if c.now > *c.before {
			e.add(c.metric, now, float64(c.now-*c.before))
			*c.before = c.now
		}
	}
	failures, disconnects := meter.JoinFailures.Load(), meter.Disconnects.Load()
	e.add(set.joinFailures, now, float64(failures-e.failures))
	e.add(set.disconnects, now, float64(disconnects-e.disconnects))
	e.failures, e.disconnects = failures, disconnects
}

func (e *emitter) addShares(now time.Time, totals crowd.Totals) {
	meter, set := e.class.Meter, e.module.metrics
	e.add(set.present, now, float64(totals.Present))
	e.add(set.hearing, now, float64(totals.Hearing))
	contributors := float64(meter.Contributors.Load())
	e.add(set.contributors, now, contributors)
	if totals.Present > 0 {
		e.add(set.contributing, now, contributors/float64(totals.Present))
	}
	if totals.AudioExpected > 0 {
		e.add(set.audioLoss, now, float64(totals.AudioLost)/float64(totals.AudioExpected))
	}
	if totals.VideoExpected > 0 {
		e.add(set.videoLoss, now, float64(totals.VideoLost)/float64(totals.VideoExpected))
	}
	if meter.Lateness.Count() > 0 {
		e.add(set.latenessP999, now, ms(meter.Lateness.Quantile(0.999)))
		e.add(set.latenessMax, now, ms(meter.Lateness.Max()))
		e.add(set.worstLoss, now, totals.Worst.LostShare)
		e.add(set.worstLateness, now, ms(totals.Worst.MaxLate))
	}
	for _, h := range []struct {
		metric *k6metrics.Metric
		of     *stream.Histogram
	}{{set.pacingP95, &meter.WindowToPacing}, {set.outageP95, &meter.Outage}, {set.reconnectP95, &meter.Reconnect}} {
		if h.of.Count() > 0 {
			e.add(h.metric, now, ms(h.of.Quantile(0.95)))
		}
	}
}

// addGenerator says what the generator itself took: a run in which it was saturated does not count.
func (e *emitter) addGenerator(now time.Time, span float64, totals crowd.Totals) {
	set := e.module.metrics
	if totals.Present > 0 && totals.BytesReceived >= e.bytes {
		e.add(set.signallingRate, now, float64(totals.BytesReceived-e.bytes)/span/float64(totals.Present))
	}
	e.bytes = totals.BytesReceived
	cpu := cpuTime()
	e.add(set.generatorCPU, now, (cpu-e.cpu).Seconds()/span)
	e.cpu = cpu
	e.add(set.sendLateness, now, ms(e.class.Meter.SendLateness()))
	e.add(set.schedulingP99, now, schedulingP99()*1000)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	e.add(set.generatorMemory, now, float64(memory.Sys))
	if drops, err := ownReceiveDrops(); err == nil {
		e.add(set.receiveDrops, now, float64(drops))
	}
}

func (e *emitter) add(metric *k6metrics.Metric, at time.Time, value float64) {
	e.samples = append(e.samples, k6metrics.Sample{
		TimeSeries: k6metrics.TimeSeries{Metric: metric, Tags: e.tags}, Time: at, Value: value,
	})
}

func (e *emitter) addTagged(metric *k6metrics.Metric, key, tag string, at time.Time, value float64) {
	e.samples = append(e.samples, k6metrics.Sample{
		TimeSeries: k6metrics.TimeSeries{Metric: metric, Tags: e.tags.With(key, tag)}, Time: at, Value: value,
	})
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

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
