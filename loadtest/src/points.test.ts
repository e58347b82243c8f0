import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseSelector, readPoints, select, selectorText } from './points.ts';

const LINES = [
  '{"type":"Metric","data":{"name":"lectern_students_present","type":"gauge","contains":"default","thresholds":[],"submetrics":null},"metric":"lectern_students_present"}',
  '{"metric":"lectern_students_present","type":"Point","data":{"time":"2026-11-29T14:00:01Z","value":3,"tags":{"group":"inside"}}}',
  '{"metric":"lectern_students_present","type":"Point","data":{"time":"2026-11-29T14:00:01Z","value":20,"tags":{"state":"settled"}}}',
  '{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-29T14:00:01Z","value":1,"tags":null}}',
  '{"metric":"lectern_join","type":"Point","data":{"time":"2026-11-29T14:00:02Z","value":41.5,"tags":{"phase":"join","group":"inside"}}}',
  '{"metric":"lectern_join","type":"Point","data":{"time":"2026-11-2',
];

it('reads our own samples, as far as they were written', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-points-'));
  try {
    await writeFile(join(directory, 'samples.json'), LINES.join('\n'));
    expect(await readPoints(join(directory, 'none.json'))).toEqual([]);
    const points = await readPoints(join(directory, 'samples.json'));
    expect(points.map(({ value }) => value)).toEqual([3, 20, 41.5]);
    expect(points[2]).toMatchObject({ metric: 'lectern_join', atMs: Date.UTC(2026, 10, 29, 14, 0, 2), isGauge: false });
    // A gauge of one group is not one of all; the joins of a group are.
    const valuesOf = (selector: string) => select(points, parseSelector(selector)).map(({ value }) => value);
    expect(valuesOf('lectern_students_present')).toEqual([20]);
    expect(valuesOf('lectern_students_present{group:inside}')).toEqual([3]);
    expect(valuesOf('lectern_join{phase:join}')).toEqual([41.5]);
    expect(valuesOf('lectern_join{phase:ice}')).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('knows a selector in whichever order its tags are written', () => {
  expect(selectorText(parseSelector('lectern_join{phase:join, group:storm}'))).toBe(
    'lectern_join{group:storm,phase:join}',
  );
  expect(selectorText(parseSelector('lectern_join'))).toBe('lectern_join');
});
