import { misses, type Figure } from '@lectern/testbed';
import { escaped } from './escape.ts';
import { inOneLine } from './machine.ts';
import { cameraInWords, inWords } from './outcome.ts';
import { notesInWords } from './notes.ts';
import { plotFigure } from './plot.ts';
import { plotsOf } from './plots.ts';
import type { Run } from './result.ts';
import { settingsInOneLine } from './server-settings.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e8ecf2); --soft: light-dark(#5b6675, #9aa6b5); --line: light-dark(#d9dfe7, #323b47);
  --paper: light-dark(#fff, #151a21); --good: light-dark(#14693a, #5fd08f); --bad: light-dark(#a11a2b, #ff8f9b); --warn: light-dark(#7a4b00, #f3c067); }
body { margin: 2rem auto; padding: 0 1rem; max-width: 64rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.outcome { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-left: 1rem; } th[scope="row"] { white-space: nowrap; } .soft, .note { color: var(--soft); } .note { font-size: .8em; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; margin-bottom: .4rem; } svg { width: 100%; height: auto; } .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: .3rem 0 0; padding: 0; }
@media (max-width: 40rem) { th[scope="row"] { white-space: normal; } figure { overflow-x: auto; } figure > svg { min-width: 40rem; } .figures thead, .figures td:last-child { display: none; }
  .figures tr { display: grid; grid-template-columns: 1fr auto auto; gap: 0 .8rem; padding: .4rem 0; border-bottom: 1px solid var(--line); } .figures td { padding: 0; border: 0; } .figures td:first-child { grid-column: 1 / -1; } .figures td:nth-child(2) { text-align: left; font-weight: 600; } }
.legend svg { width: 28px; margin-right: .4rem; vertical-align: middle; } .grid { stroke: var(--line); } .mark { stroke: var(--ink); stroke-dasharray: 4 3; } .tick, .axis { fill: var(--soft); font-size: 11px; }
.s0 { stroke: light-dark(#1d5fb8, #7fb2ff); } .s1 { stroke: light-dark(#b3541e, #ffab73); } .s2 { stroke: light-dark(#1b7f5c, #62d6ab); } .s3 { stroke: light-dark(#7a3fa3, #cf9bf2); } .s4 { stroke: var(--bad); } .s5 { stroke: var(--soft); }
`;

/** One page that stands alone: what ran on what, whether it counts, the figures against their goals, and the plots. */
export function reportPage(run: Run): string {
  const { asked, contributing, figures, points, faults, notes, finishedAt } = run;
  const share = contributing === null ? '' : `${(contributing * 100).toFixed(0)} %`;
  const title = `Load test ${asked.scenario.name}`;
  const camera = cameraInWords(asked);
  const facts: readonly (readonly [string, string])[] = [
    ['What', asked.scenario.about],
    [
      'People',
      `${asked.participants}, for ${asked.minutes} ${asked.minutes === 1 ? 'minute' : 'minutes'} once they are in`,
    ],
    ...(camera === null ? [] : [['Camera', camera] as const]),
    ['Contribute scores', contributing === null ? 'nobody was in' : `${share} of the students, in every figure below`],
    ['Server', asked.target === null ? 'one of its own on this machine, beside the generator' : asked.target.origin],
    ['Server’s settings', settingsInOneLine(run.settings)],
    ['Machine', inOneLine(run.machine, run.versions)],
    ['Finished', `${finishedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ...notesInWords(notes),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p class="outcome ${outcomeClass(run)}">${escaped(inWords(run)).replaceAll('\n', '<br>')}</p>
<div class="scroll"><table>${facts.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('')}</table></div>
<h2>Figures against their goals</h2>
${table(
  // What was missed is read first.
  figures.filter(({ goal }) => goal !== null).sort((one, other) => Number(misses(other)) - Number(misses(one))),
  share,
)}
<h2>Plots</h2>
${plotsOf(points, faults).map(plotFigure).join('\n')}
<h2>All other figures</h2>
${table(
  figures.filter(({ goal }) => goal === null),
  share,
)}
</body></html>
`;
}

function outcomeClass({ passed, brokenOff, doesNotCount }: Run): string {
  if (brokenOff === null && doesNotCount.length > 0) return 'warn';
  return passed ? 'good' : 'bad';
}

function table(figures: readonly Figure[], share: string): string {
  if (figures.length === 0) return '<p class="soft">None.</p>';
  return `<div class="scroll"><table class="figures"><thead><tr><th>Figure</th><th class="number">Value</th><th class="number">Goal</th><th></th><th class="number">Contribute</th></tr></thead>
<tbody>${figures.map((figure) => row(figure, share)).join('\n')}</tbody></table></div>`;
}

function row(figure: Figure, share: string): string {
  const { name, value, words = 'not measured', unit, goal, note } = figure;
  const met = goal === null ? '' : misses(figure) ? '<span class="bad">short</span>' : '<span class="good">met</span>';
  const measured = value === null ? words : `${inFigures(value)} ${unit}`;
  const wanted = goal === null ? '' : `&lt; ${inFigures(goal)} ${escaped(unit)}`;
  return `<tr><td>${escaped(name)}<div class="note">${escaped(note)}</div></td><td class="number">${escaped(measured)}</td><td class="number">${wanted}</td><td>${met}</td><td class="number soft">${escaped(share)}</td></tr>`;
}

function inFigures(value: number): string {
  const most = Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 3 : Math.abs(value) < 10 ? 2 : 1;
  return value.toLocaleString('en', { maximumFractionDigits: most });
}
