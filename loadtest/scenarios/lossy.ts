import { sleep } from 'k6';
import { Crowd, type BadNetwork } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 20;
/** What people have at home and on the train; a quarter of the class has none of it. */
const NETWORKS: Readonly<Record<string, BadNetwork | null>> = {
  good: null,
  'loss-2': { lossShare: 0.02, seed: 1 },
  'loss-10': { lossShare: 0.1, seed: 2 },
  slow: { delayMs: 100, jitterMs: 20, kbps: 300, seed: 3 },
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
    'lectern_audio_lateness_p999{group:slow}': ['value<400'],
  },
  students(of) {
    const crowds = Object.entries(NETWORKS).map(([group, through]) => {
      const crowd = new Crowd(of, {
        contribute: settings.contribute,
        group,
        prefix: group,
        ...(through === null ? {} : { through }),
      });
      crowd.enter(each, each / JOINS_PER_S);
      return crowd;
    });
    tell('settled');
    sleep(settings.minutes * 60);
    tell('leaving');
    for (const crowd of crowds) crowd.leave();
  },
});
