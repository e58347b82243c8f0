import { sleep } from 'k6';
import { Crowd, look, type ClassToJoin, type Look } from 'k6/x/lectern';
import { note, readState, tell, type StateReading } from './rehearsal/control.ts';
import { lecture } from './rehearsal/lecture.ts';
import { allHeldS, heldFor, JOINS_PER_S, loadsUpTo } from './rehearsal/loads.ts';
import { settings } from './rehearsal/settings.ts';

const measureS = settings.minutes * 60;

/** One load: while people came, and while it was held. */
interface Seen extends StateReading {
  readonly entering: Look;
  readonly held: Look;
}

/** What is no class any more, and what is no measurement: what broke, in words; null where it did not. */
const BREAKS: readonly ((seen: Seen) => string | null)[] = [
  ({ held }) => over(held.lossShare * 100, 0.1, '% of the sound lost'),
  ({ held }) => over(held.latenessP999Ms, 200, 'ms of lateness in one packet of a thousand'),
  ({ entering }) => over(entering.joinP95Ms ?? 0, 1500, 'ms for a join, p95 of those who came'),
  ({ entering, held }) => over(entering.disconnects + held.disconnects, 0, 'connections lost'),
  ({ entering, held }) => over(entering.linksEnded + held.linksEnded, 0, 'media links ended'),
  ({ held }) => over(held.deaf, 0, 'students who hear nothing'),
  ({ eventLoopP99OfStateMs }) => over(eventLoopP99OfStateMs ?? 0, 50, 'ms of delay in the event loop, p99'),
  ({ sheddingOfState }) => over(sheddingOfState ?? 0, 0, 'classes in which the server leaves something out'),
  ({ held }) => over(held.sendLatenessP99Ms, 20, 'ms that the generator itself was late to send, p99'),
];

/** More and more people until it breaks: where does what break first? Participants are the most to try, minutes those of one step. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS: settings.participants / JOINS_PER_S,
  extraS: allHeldS(settings.participants, measureS) - measureS,
  // To break is what it is for: its goals are about what comes before.
  thresholds: {},
  students(of) {
    const crowd = new Crowd(of, { contribute: settings.contribute });
    note({ broke: raise(of, crowd) });
    tell('leaving');
    crowd.leave();
  },
});

/** Where it broke, and by what; null where it did not. */
function raise(of: ClassToJoin, crowd: Crowd): { readonly at: number; readonly by: string } | null {
  // What the class takes by itself is nobody's cost; what its start takes is neither.
  hold(of, 0);
  let inside = 0;
  for (const at of loadsUpTo(settings.participants)) {
    tell('joining');
    const coming = at - inside;
    look(of);
    const joined = crowd.enter(coming, coming / JOINS_PER_S);
    if (joined < coming) return { at, by: `${coming - joined} of ${coming} who could not join` };
    inside = at;
    const entering = hold(of, at);
    const seen: Seen = { entering, held: look(of), ...readState() };
    const by = BREAKS.map((breaks) => breaks(seen)).filter((what) => what !== null);
    if (by.length > 0) return { at, by: by.join(', and ') };
  }
  return null;
}

/** Lets a load settle, and holds it; gives what was seen until it had settled. */
function hold(of: ClassToJoin, people: number): Look {
  const { settleS, heldS } = heldFor(people, measureS);
  sleep(settleS);
  const entering = look(of);
  tell(`step-${people}`);
  sleep(heldS);
  return entering;
}

function over(value: number, most: number, what: string): string | null {
  return value > most ? `${Number(value.toPrecision(3))} ${what} (more than ${most})` : null;
}
