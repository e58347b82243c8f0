import { m } from '../paraglide/messages.js';
import { count } from '../app/format.ts';
import { stepsFrom, type Headline, type Level } from './headline.ts';

/** A level in words. */
export function levelText(level: Level): string {
  return { most: m.pacing_level_most, 'about-half': m.pacing_level_about_half, few: m.pacing_level_few }[level]();
}

/** The first line in words. `clock` turns class-clock ms into a time of day. */
export function headlineText(headline: Headline, clock: (atMs: number) => string): string {
  switch (headline.kind) {
    case 'figure':
      return m.pacing_headline_figure({ level: levelText(headline.level), share: headline.percent });
    case 'words':
      return m.pacing_headline_words({ level: levelText(headline.level) });
    case 'some':
      return m.pacing_some({ count: headline.taking, minimum: headline.minimum });
    case 'catching-up':
      return headline.last === null
        ? m.pacing_catching_up_none()
        : m.pacing_catching_up({ time: clock(headline.last.atMs) });
    case 'waiting':
      return headline.last === null
        ? waitingText(headline)
        : m.pacing_last({ time: clock(headline.last.atMs), level: levelText(headline.last.level) });
    case 'few':
      return m.pacing_few();
    case 'off':
      return m.pacing_off();
    case 'break':
      return m.pacing_break();
    case 'not-started':
      return m.pacing_not_started();
  }
}

function waitingText({ inWords, isFirst }: { inWords: boolean; isFirst: boolean }): string {
  if (isFirst) return inWords ? m.pacing_waiting_words() : m.pacing_waiting();
  return inWords ? m.pacing_waiting_again_words() : m.pacing_waiting_again();
}

/** What a screen reader hears when the standing changes: no figure, for it would speak every minute. */
export function spokenText(headline: Headline): string {
  if ('level' in headline) return `${m.pacing_title()}: ${levelText(headline.level)}, ${m.pacing_facing()}`;
  if (headline.kind === 'waiting') return waitingText(headline);
  if (headline.kind === 'catching-up') return m.pacing_catching_up_none();
  return headlineText(headline, () => '');
}

/** How many measured are shown over which stretch. */
export function stepTexts(minimumCohort: number): string[] {
  return stepsFrom(minimumCohort).map(({ resolution, from, to }) => {
    if (resolution === 'words') return m.pacing_step_words({ from, to: to ?? from });
    return resolution === 'minute' ? m.pacing_step_minute({ from }) : m.pacing_step_window({ from });
  });
}

/** The lines below: what the first one rests on. */
export function basisTexts(headline: Headline): string[] {
  switch (headline.kind) {
    case 'figure':
      return [`${m.pacing_basis_interval({ low: headline.low, high: headline.high })} · ${basisMeasured(headline)}`];
    case 'words':
      return [basisMeasured(headline), m.pacing_basis_words()];
    case 'some':
      return [m.pacing_some_basis()];
    case 'catching-up':
      return [m.pacing_catching_up_basis()];
    case 'few':
      return [m.pacing_few_basis()];
    case 'off':
      return [m.pacing_off_basis()];
    case 'break':
      return [m.pacing_break_basis()];
    case 'waiting':
      return headline.last === null ? [] : [waitingText(headline)];
    case 'not-started':
      return [];
  }
}

/** The first line for a strip: as short as it can be. */
export function stripText(headline: Headline, clock: (atMs: number) => string): string {
  if (headline.kind === 'figure')
    return m.pacing_strip_figure({ level: levelText(headline.level), share: headline.percent });
  return headlineText(headline, clock);
}

function basisMeasured({ measured, present }: { measured: number; present: number }): string {
  return m.pacing_basis_measured({ measured: count(measured), present: count(present) });
}
