import { type Benchmark, LightClient, processTree, Product, School } from '@lectern/testbed';

const IDLE = { name: 'idle, one empty class', unit: '% of a core', goal: 1 };
const SETTLE_MS = 10_000;
const SPAN_MS = 30_000;

/** What a server costs that waits: one live class with nobody but its instructor's seat in it. */
export const idle: Benchmark = {
  name: 'idle',
  about: 'CPU of an idle server with one empty live class',
  goals: [IDLE],
  async run(log) {
    const product = await Product.start();
    try {
      const school = await School.found(product);
      const instructor = await LightClient.connect(product.url, await school.teach(await school.planClass()));
      await instructor.request('start-class', {});
      instructor.close();
      await pause(SETTLE_MS);
      const before = await processTree(product.processId);
      await pause(SPAN_MS);
      const after = await processTree(product.processId);
      const used = after.map((use) => {
        const earlier = before.find((other) => other.pid === use.pid)?.cpuSeconds ?? 0;
        return { part: use.part, share: ((use.cpuSeconds - earlier) / (SPAN_MS / 1000)) * 100 };
      });
      for (const { part, share } of used) log(`${part}: ${share.toFixed(2)} % of a core`);
      const total = used.reduce((sum, { share }) => sum + share, 0);
      const note = used.map(({ part, share }) => `${part} ${share.toFixed(2)}`).join(', ');
      return [{ ...IDLE, value: total, note }];
    } finally {
      await product.stop();
    }
  },
};

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
