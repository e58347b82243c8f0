import { LightClient, Product, School } from '@lectern/testbed';
import type { Benchmark, Figure } from '../figure.ts';
import { processTree, type ProcessUse } from '../processes.ts';

const STUDENTS = 49;
const PARTS = ['server', 'worker', 'analytics'] as const;

/** Memory of each process before anybody comes, and with 50 people of whom 49 contribute. */
export const memory: Benchmark = {
  name: 'memory',
  about: 'memory of each process with 50 people in a class',
  async run(log) {
    const product = await Product.start();
    const clients: LightClient[] = [];
    try {
      const alone = await processTree(product.processId);
      const school = await School.found(product);
      const planned = await school.planClass();
      const instructor = await LightClient.connect(product.url, await school.teach(planned));
      clients.push(instructor);
      await instructor.request('start-class', {});
      for (let index = 0; index < STUDENTS; index += 1) {
        const student = await LightClient.connect(
          product.url,
          await school.sitDown(planned, `Student ${String(index)}`),
        );
        clients.push(student);
        await student.contribute();
      }
      for (let window = 0; window < 3; window += 1) {
        const { pacing } = await instructor.next('pacing');
        log(`window ${String(pacing.coverage.at(-1)?.window ?? -1)}`);
        sendScores(clients.slice(1), (pacing.coverage.at(-1)?.window ?? 0) + 1);
      }
      const full = await processTree(product.processId);
      return [...PARTS.map((part) => figure(part, full, alone)), sum(full)];
    } finally {
      for (const client of clients) client.close();
      await product.stop();
    }
  },
};

function sendScores(students: readonly LightClient[], window: number): void {
  for (const student of students) {
    student.send({ window, facePresent: true, pageVisible: true, outcome: { kind: 'score', score: 0.8 }, modelTag: 0 });
  }
}

function figure(part: (typeof PARTS)[number], full: readonly ProcessUse[], alone: readonly ProcessUse[]): Figure {
  return {
    name: `memory at 50 people: ${part}`,
    value: total(full, part),
    unit: 'MB',
    goal: part === 'server' ? 150 : null,
    note: `${total(alone, part).toFixed(0)} MB before anybody came; proportional set size`,
  };
}

function sum(full: readonly ProcessUse[]): Figure {
  const value = full.reduce((all, use) => all + use.pssMb, 0);
  return { name: 'memory at 50 people: sum', value, unit: 'MB', goal: null, note: 'embedded stores included' };
}

function total(uses: readonly ProcessUse[], part: ProcessUse['part']): number {
  return uses.filter((use) => use.part === part).reduce((all, use) => all + use.pssMb, 0);
}
