package k6module

import (
	"context"
	"sync"
	"time"

	k6metrics "go.k6.io/k6/v2/metrics"

	"lectern-loadtest/crowd"
	"lectern-loadtest/stream"
)

const everySecond = time.Second

// emitter turns what the meter of one class has counted into k6's samples, once a second.
type emitter struct {
	module *module
	class  *crowd.Class
	tags   *k6metrics.TagSet

	mu     sync.Mutex
	at     time.Time
	cpu    time.Duration
	groups map[*crowd.Group]*told
	whole  whole
	// The generator's own.
	scheduling scheduling
	// What is collected for this second.
	samples k6metrics.Samples
}

// told is what was emitted of one group so far.
type told struct {
	counters map[*k6metrics.Metric]uint64
	refusals map[string]int
	lateness *stream.Snapshot
}

// whole is what was emitted of all students.
type whole struct {
	lateness *stream.Snapshot
	// Of signalling, those who want to hear and the unruly.
	calmBytes, unrulyBytes uint64
	loads                  map[string]crowd.Load
}

func newEmitter(m *module, class *crowd.Class) *emitter {
	return &emitter{
		module: m,
		class:  class,
		at:     time.Now(),
		cpu:    cpuTime(),
		groups: map[*crowd.Group]*told{},
		whole:  whole{lateness: &stream.Snapshot{}},
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
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	span := now.Sub(e.at).Seconds()
	if span <= 0 {
		return
	}
	e.samples = nil
	// The script may have changed them meanwhile, as in `exec.vu.metrics.tags.state`.
	e.tags = e.module.vu.State().Tags.GetCurrentValues().Tags
	var calm, unruly crowd.Totals
	var contributors int64
	sums := &histograms{}
	for _, group := range e.class.Meter.Students() {
		totals := group.Totals()
		of := &histograms{}
		of.add(group)
		tags := e.tagsOf(group)
		e.addCounts(now, group, totals, tags)
		if group.Name != "" {
			e.addShares(now, totals, group.Contributors.Load(), of, tags)
		}
		if group.Unruly() {
			unruly.Add(totals)
		} else {
			calm.Add(totals)
		}
		contributors += group.Contributors.Load()
		sums.add(group)
	}
	all := calm
	all.Add(unruly)
	// Whoever floods hears little, and that is nobody's fault.
	all.Worst = calm.Worst
	e.addShares(now, all, contributors, sums, e.tags)
	e.addTeacher(now)
	e.addLateness(now, sums)
	e.addLoads(now)
	e.addScores(now)
	e.addPictures(now, all)
	e.addSignalling(now, span, calm, unruly)
	e.addGenerator(now, span)
	e.at = now
	k6metrics.PushIfNotDone(e.module.vu.Context(), e.module.vu.State().Samples, e.samples)
}

func (e *emitter) tagsOf(group *crowd.Group) *k6metrics.TagSet {
	if group.Name == "" {
		return e.tags
	}
	return e.tags.With("group", group.Name)
}

// addCounts emits what grew since the last time, and each join's timings.
func (e *emitter) addCounts(now time.Time, group *crowd.Group, totals crowd.Totals, tags *k6metrics.TagSet) {
	set := e.module.metrics
	before := e.toldOf(group)
	for _, timing := range group.TakeTimings() {
		e.add(set.join, timing.At, ms(timing.Took), tags.With("phase", timing.Phase))
	}
	for _, c := range e.countersOf(group, totals) {
		e.addCounter(now, before, c, tags)
	}
	for code, count := range group.Refusals() {
		if count > before.refusals[code] {
			e.add(set.refused, now, float64(count-before.refusals[code]), tags.With("code", code))
			before.refusals[code] = count
		}
	}
}

// addTeacher emits the links that ended of whoever teaches, among those of all: nobody hears anything then. What else they meet is no figure of students.
func (e *emitter) addTeacher(now time.Time) {
	staff := e.class.Meter.Group(crowd.Staff)
	e.addCounter(now, e.toldOf(staff), counterNow{e.module.metrics.linksEnded, uint64(staff.LinksEnded.Load()), true}, e.tags)
}

// addCounter emits what grew since the last time. What was taken for missing may have come after all: a counter never falls.
func (e *emitter) addCounter(now time.Time, before *told, c counterNow, tags *k6metrics.TagSet) {
	if was := before.counters[c.metric]; c.now > was || c.always {
		e.add(c.metric, now, float64(c.now-min(c.now, was)), tags)
		before.counters[c.metric] = max(c.now, was)
	}
}

func (e *emitter) toldOf(group *crowd.Group) *told {
	if e.groups[group] == nil {
		e.groups[group] = &told{counters: map[*k6metrics.Metric]uint64{}, refusals: map[string]int{}}
	}
	return e.groups[group]
}

type counterNow struct {
	metric *k6metrics.Metric
	now    uint64
	// always emits a zero too, for thresholds that say there is to be none.
	always bool
}

func (e *emitter) countersOf(group *crowd.Group, totals crowd.Totals) []counterNow {
	set := e.module.metrics
	return []counterNow{
		{set.joinFailures, uint64(group.JoinFailures.Load()), true},
		{set.disconnects, uint64(group.Disconnects.Load()), true},
		{set.linksEnded, uint64(group.LinksEnded.Load()), true},
		{set.audioPackets, totals.AudioExpected, false},
		{set.audioLost, totals.AudioLost, false},
		{set.nacks, totals.Asked, false},
		{set.recovered, totals.Recovered, false},
		{set.audioRepaired, totals.AudioRepaired, false},
		{set.datagrams, group.DatagramsSent.Load(), false},
		{set.windowsStored, group.WindowsStored.Load(), false},
		{set.windowsRefused, group.WindowsRefused.Load(), false},
		{set.keyFramesAsked, group.KeyFramesAsked.Load(), false},
		{set.mediaResets, group.MediaResets.Load(), false},
		{set.snapshots, group.Snapshots.Load(), false},
		{set.waited, group.ToldToWait.Load(), false},
		{set.chatSent, group.ChatSent.Load(), false},
		{set.chatReceived, group.ChatReceived.Load(), false},
		{set.hands, group.HandsRaised.Load(), false},
		{set.reactions, group.ReactionsSent.Load(), false},
		{set.onStage, group.OnStages.Load(), false},
		{set.roamed, group.Roamed.Load(), false},
		{set.flooded, group.Flooded.Load(), false},
	}
}

// histograms are those of several groups together.
type histograms struct{ lateness, video, outage, reconnect, chat, cut stream.Snapshot }

func (h *histograms) add(g *crowd.Group) {
	h.lateness.Add(g.Lateness.Snapshot())
	h.video.Add(g.VideoLateness.Snapshot())
	h.outage.Add(g.Outage.Snapshot())
	h.reconnect.Add(g.Reconnect.Snapshot())
	h.chat.Add(g.ChatLatency.Snapshot())
	h.cut.Add(g.Cut.Snapshot())
}

func (e *emitter) addShares(now time.Time, totals crowd.Totals, contributing int64, h *histograms, tags *k6metrics.TagSet) {
	set := e.module.metrics
	add := func(metric *k6metrics.Metric, value float64) { e.add(metric, now, value, tags) }
	add(set.present, float64(totals.Present))
	add(set.hearing, float64(totals.Hearing))
	add(set.deaf, float64(totals.Deaf))
	contributors := float64(contributing)
	add(set.contributors, contributors)
	if totals.Present > 0 {
		add(set.contributing, contributors/float64(totals.Present))
	}
	if totals.AudioExpected > 0 {
		add(set.audioLoss, float64(totals.AudioLost)/float64(totals.AudioExpected))
		add(set.audioRepairedShare, float64(totals.AudioRepaired)/float64(totals.AudioExpected))
		add(set.worstLoss, totals.Worst.LostShare)
		add(set.worstLateness, ms(totals.Worst.MaxLate))
	}
	if undisturbed := totals.Undisturbed; undisturbed.Expected > 0 {
		e.add(set.audioLossOf, now, float64(undisturbed.Lost)/float64(undisturbed.Expected), tags.With("people", "undisturbed"))
	}
	if totals.VideoExpected > 0 {
		add(set.videoLoss, float64(totals.VideoLost)/float64(totals.VideoExpected))
		add(set.videoRepairedShare, float64(totals.Recovered-totals.AudioRepaired)/float64(totals.VideoExpected))
	}
	for _, q := range []struct {
		metric *k6metrics.Metric
		of     *stream.Snapshot
		q      float64
	}{
		{set.latenessP50, &h.lateness, 0.5},
		{set.latenessP95, &h.lateness, 0.95},
		{set.latenessP999, &h.lateness, 0.999},
		{set.latenessMax, &h.lateness, 1},
		{set.videoLatenessP999, &h.video, 0.999},
		{set.outageP95, &h.outage, 0.95},
		{set.reconnectP95, &h.reconnect, 0.95},
		{set.chatP95, &h.chat, 0.95},
		{set.cutP95, &h.cut, 0.95},
	} {
		if value, n := q.of.QuantileSince(&stream.Snapshot{}, q.q); n > 0 {
			add(q.metric, ms(value))
		}
	}
}

// addLateness emits the quantiles of this second, for plots over time.
func (e *emitter) addLateness(now time.Time, h *histograms) {
	for _, q := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p95", 0.95}, {"p999", 0.999}} {
		if value, n := h.lateness.QuantileSince(e.whole.lateness, q.q); n > 0 {
			e.add(e.module.metrics.lateness, now, ms(value), e.tags.With("quantile", q.name))
		}
	}
	latest := h.lateness
	e.whole.lateness = &latest
}

// addPictures emits what students see of the teacher's camera; nothing where it does not play.
func (e *emitter) addPictures(now time.Time, all crowd.Totals) {
	set := e.module.metrics
	if all.Sight.Due > 0 {
		e.add(set.videoStalled, now, all.Sight.StalledShare(), e.tags)
		e.add(set.withoutPicture, now, float64(all.WithoutPicture), e.tags)
	}
	if bitsPerSecond, shortfall, any := e.class.TakePictureRate(now); any {
		e.add(set.videoKbps, now, bitsPerSecond/1000, e.tags)
		e.add(set.videoShortfall, now, shortfall, e.tags)
	}
}

func (e *emitter) add(metric *k6metrics.Metric, at time.Time, value float64, tags *k6metrics.TagSet) {
	e.samples = append(e.samples, k6metrics.Sample{
		TimeSeries: k6metrics.TimeSeries{Metric: metric, Tags: tags}, Time: at, Value: value,
	})
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
