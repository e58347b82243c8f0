import { runningProcesses } from '@lectern/testbed';

/** The mediasoup workers that a product started: its children by that name. */
export async function mediaWorkersOf(productPid: number): Promise<number[]> {
  const workers = (await runningProcesses()).filter(
    ({ parent, command }) => parent === productPid && command.includes('mediasoup-worker'),
  );
  return workers.map(({ pid }) => pid);
}
