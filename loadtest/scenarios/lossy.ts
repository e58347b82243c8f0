import { sleep } from 'k6';
import { Crowd, type CrowdOptions } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 20;
/** What people have at home and on the train; a quarter of the class has none of it. The camera is there for those whose line it is too wide for. */
const NETWORKS: Readonly<Record<string, Pick<CrowdOptions, 'through' | 'video'>>> = {
  good: {},
  'loss-2': { through: { lossShare: 0.02, seed: 1 } },
  'loss-10': { through: { lossShare: 0.1, seed: 2 } },
  slow: { through: { delayMs: 100, jitterMs: 20, kbps: 300, seed: 3 }, video: 1 },
};
const each = Math.max(1, Math.floor(settings.participants / Object.keys(NETWORKS).length));
const enterS = settings.participants / JOINS_PER_S;

/** Bad networks: sound stays usable for those who have them, and nobody else notices. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  thresholds: {
    lectern_join_failures: ['count<1'],
    lectern_disconnects: ['count<1'],
    lectern_links_ended: ['count<1'],
    'lectern_audio_loss_share{group:good}': ['value<0.001'],
    'lectern_audio_loss_share{group:loss-2}': ['value<0.03'],
    'lectern_audio_loss_share{group:loss-10}': ['value<0.12'],
    'lectern_audio_loss_share{group:slow}': ['value<0.01'],
    // 120 of the line's own, and up to 300 in front of it until the pictures fit.
    'lectern_audio_lateness_p999{group:slow}': ['value<500'],
    // Nobody else sees any: what comes is more than the smallest picture has, a tenth of the largest, and moves most of the time.
    'lectern_students_without_picture{state:settled}': ['value<1'],
    'lectern_video_shortfall_share{state:settled}': ['avg<0.9'],
    lectern_video_stalled: ['value<0.25'],
  },
  students(of) {
    const crowds = Object.entries(NETWORKS).map(([group, network]) => {
      const crowd = new Crowd(of, { contribute: settings.contribute, group, prefix: group, ...network });
      crowd.enter(each, each / JOINS_PER_S);
      return crowd;
    });
    tell('settled');
    sleep(settings.minutes * 60);
    tell('leaving');
    for (const crowd of crowds) crowd.leave();
  },
});
