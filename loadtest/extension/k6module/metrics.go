package k6module

import (
	k6metrics "go.k6.io/k6/v2/metrics"
)

// metricSet are the custom metrics. k6 keeps every sample of a Trend: only joins, one for each participant, are Trends of their own; what is
// counted for each packet is aggregated here and emitted once a second. Counters and Trends carry the tag `group` where the crowd has one;
// Gauges are emitted for each named group, and last for all students together, without the tag.
type metricSet struct {
	join, lateness *k6metrics.Metric

	joinFailures, disconnects, linksEnded, refused *k6metrics.Metric
	datagrams, windowsStored, windowsRefused       *k6metrics.Metric
	audioPackets, audioLost, nacks, recovered      *k6metrics.Metric
	keyFramesAsked, mediaResets, snapshots, waited *k6metrics.Metric
	chatSent, chatReceived, hands, reactions       *k6metrics.Metric
	onStage, roamed, flooded                       *k6metrics.Metric
	planned, offered, notOffered                   *k6metrics.Metric
	audioRepaired, audioRepairedShare              *k6metrics.Metric
	videoRepairedShare, scoresMissing              *k6metrics.Metric

	present, hearing, deaf, contributors, contributing      *k6metrics.Metric
	audioLoss, audioLossOf, videoLoss                       *k6metrics.Metric
	withoutPicture, videoStalled, videoKbps, videoShortfall *k6metrics.Metric
	latenessP50, latenessP95                                *k6metrics.Metric
	latenessP999, latenessMax, videoLatenessP999            *k6metrics.Metric
	worstLoss, worstLateness                                *k6metrics.Metric
	outageP95, reconnectP95, chatP95, cutP95                *k6metrics.Metric
	signallingRate, unrulySignallingRate, pacingP95         *k6metrics.Metric

	sendLateness, generatorCPU, schedulingP99 *k6metrics.Metric
	generatorMemory, receiveDrops             *k6metrics.Metric
	recentSendLateness, recentSchedulingP99   *k6metrics.Metric
	relayCarried, relayDropped                *k6metrics.Metric
}

// registration is one metric and where it is kept.
type registration struct {
	into     **k6metrics.Metric
	name     string
	kind     k6metrics.MetricType
	contains k6metrics.ValueType
}

func registerMetrics(registry *k6metrics.Registry) (*metricSet, error) {
	set := &metricSet{}
	for _, list := range [][]registration{set.counted(), set.measured(), set.ofGenerator()} {
		for _, m := range list {
			made, err := registry.NewMetric(m.name, m.kind, m.contains)
			if err != nil {
				return nil, err
			}
			*m.into = made
		}
	}
	return set, nil
}

func (s *metricSet) counted() []registration {
	const counter, plain = k6metrics.Counter, k6metrics.Default
	return []registration{
		{&s.joinFailures, "lectern_join_failures", counter, plain},
		{&s.disconnects, "lectern_disconnects", counter, plain},
		{&s.linksEnded, "lectern_links_ended", counter, plain},
		{&s.refused, "lectern_refused", counter, plain},
		{&s.datagrams, "lectern_datagrams_sent", counter, plain},
		{&s.windowsStored, "lectern_windows_stored", counter, plain},
		{&s.windowsRefused, "lectern_windows_not_counted", counter, plain},
		{&s.audioPackets, "lectern_audio_packets", counter, plain},
		{&s.audioLost, "lectern_audio_packets_lost", counter, plain},
		{&s.nacks, "lectern_packets_asked_again", counter, plain},
		{&s.recovered, "lectern_packets_recovered", counter, plain},
		{&s.audioRepaired, "lectern_audio_packets_repaired", counter, plain},
		{&s.keyFramesAsked, "lectern_key_frames_asked", counter, plain},
		{&s.mediaResets, "lectern_media_resets", counter, plain},
		{&s.snapshots, "lectern_snapshots_for_slow_readers", counter, plain},
		{&s.waited, "lectern_told_to_wait", counter, plain},
		{&s.chatSent, "lectern_chat_sent", counter, plain},
		{&s.chatReceived, "lectern_chat_received", counter, plain},
		{&s.hands, "lectern_hands_raised", counter, plain},
		{&s.reactions, "lectern_reactions_sent", counter, plain},
		{&s.onStage, "lectern_went_on_stage", counter, plain},
		{&s.roamed, "lectern_roamed", counter, plain},
		{&s.flooded, "lectern_flood_sent", counter, plain},
		{&s.planned, "lectern_load_planned", counter, plain},
		{&s.offered, "lectern_load_offered", counter, plain},
	}
}

func (s *metricSet) measured() []registration {
	const trend, gauge, plain, span = k6metrics.Trend, k6metrics.Gauge, k6metrics.Default, k6metrics.Time
	return []registration{
		{&s.join, "lectern_join", trend, span},
		{&s.lateness, "lectern_audio_lateness", trend, span},
		{&s.present, "lectern_students_present", gauge, plain},
		{&s.hearing, "lectern_students_hearing", gauge, plain},
		{&s.deaf, "lectern_students_deaf", gauge, plain},
		{&s.contributors, "lectern_contributors", gauge, plain},
		{&s.contributing, "lectern_contributing_share", gauge, plain},
		{&s.audioLoss, "lectern_audio_loss_share", gauge, plain},
		{&s.audioRepairedShare, "lectern_audio_repaired_share", gauge, plain},
		{&s.videoRepairedShare, "lectern_video_repaired_share", gauge, plain},
		{&s.scoresMissing, "lectern_scores_missing_share", gauge, plain},
		{&s.audioLossOf, "lectern_audio_loss_of", gauge, plain},
		{&s.videoLoss, "lectern_video_loss_share", gauge, plain},
		{&s.videoStalled, "lectern_video_stalled", gauge, plain},
		{&s.withoutPicture, "lectern_students_without_picture", gauge, plain},
		{&s.videoKbps, "lectern_video_kbps", trend, plain},
		{&s.videoShortfall, "lectern_video_shortfall_share", trend, plain},
		{&s.latenessP50, "lectern_audio_lateness_p50", gauge, span},
		{&s.latenessP95, "lectern_audio_lateness_p95", gauge, span},
		{&s.latenessP999, "lectern_audio_lateness_p999", gauge, span},
		{&s.latenessMax, "lectern_audio_lateness_max", gauge, span},
		{&s.videoLatenessP999, "lectern_video_lateness_p999", gauge, span},
		{&s.worstLoss, "lectern_worst_lost_or_late_share", gauge, plain},
		{&s.worstLateness, "lectern_worst_lateness", gauge, span},
		{&s.outageP95, "lectern_media_outage_p95", gauge, span},
		{&s.reconnectP95, "lectern_reconnect_p95", gauge, span},
		{&s.chatP95, "lectern_chat_latency_p95", gauge, span},
		{&s.cutP95, "lectern_cut_p95", gauge, span},
		{&s.signallingRate, "lectern_signalling_bytes_per_participant_s", trend, plain},
		{&s.unrulySignallingRate, "lectern_signalling_bytes_per_unruly_s", trend, plain},
		{&s.pacingP95, "lectern_window_to_pacing_p95", gauge, span},
	}
}

func (s *metricSet) ofGenerator() []registration {
	const trend, gauge, plain, span = k6metrics.Trend, k6metrics.Gauge, k6metrics.Default, k6metrics.Time
	return []registration{
		{&s.notOffered, "lectern_load_not_offered_share", gauge, plain},
		{&s.sendLateness, "lectern_generator_send_lateness_p99", gauge, span},
		{&s.schedulingP99, "lectern_generator_scheduling_p99", gauge, span},
		{&s.recentSendLateness, "lectern_generator_send_lateness_p99_10s", gauge, span},
		{&s.recentSchedulingP99, "lectern_generator_scheduling_p99_10s", gauge, span},
		{&s.generatorCPU, "lectern_generator_cpu", trend, plain},
		{&s.generatorMemory, "lectern_generator_memory", gauge, k6metrics.Data},
		{&s.receiveDrops, "lectern_generator_receive_drops", gauge, plain},
		{&s.relayCarried, "lectern_relay_packets_carried", gauge, plain},
		{&s.relayDropped, "lectern_relay_packets_dropped", gauge, plain},
	}
}
