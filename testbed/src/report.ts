import { arch, cpus, platform, release, totalmem } from 'node:os';
import { misses, passes, type Figure } from './figure.ts';

/** The machine on which figures were measured: without it no figure means anything. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}

export function machineInOneLine({ cpu, cores, memoryGb, os, node }: Machine): string {
  return `${cpu}, ${String(cores)} cores, ${String(memoryGb)} GB, ${os}, Node ${node}`;
}

/** The table of figures that `npm run bench` and `npm run loadtest` print. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.value === null ? (figure.words ?? 'not measured') : `${format(figure.value)} ${figure.unit}`,
    figure.goal === null
      ? '-'
      : `${figure.better === 'higher' ? '>=' : '<'} ${format(figure.goal)} ${figure.unit}`.trimEnd(),
    misses(figure) ? 'SHORT' : figure.goal === null ? 'named' : 'pass',
    figure.note,
  ]);
  const lines = [['figure', 'value', 'goal', '', 'how'], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return text.join('\n');
}

/** One figure in the form that `--json` writes. */
export function figureJson(figure: Figure) {
  const { name, value, words, unit, goal } = figure;
  return { name, value, ...(words === undefined ? {} : { words }), unit, goal, pass: passes(figure) };
}

/** The form that `--json` writes; a figure that could not be measured has the value null. */
export function json(machine: Machine, figures: readonly Figure[]): string {
  return `${JSON.stringify(
    {
      machine,
      figures: figures.map(figureJson),
    },
    null,
    2,
  )}\n`;
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}
