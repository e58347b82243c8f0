import { servedAssets } from './assets.ts';
import type { AttentionParts } from './attention-session.ts';
import { missingAbility } from './browser-abilities.ts';
import { openCameraFrames } from './camera-frames.ts';
import { watchDeviceReserves } from './device-reserves.ts';

/** The real parts of an `AttentionSession` in a browser: our own origin's files, a module worker, the page's clock. */
export function browserParts(): AttentionParts {
  return {
    assets: servedAssets(),
    missingAbility: () => missingAbility(),
    openFrames: openCameraFrames,
    watchReserves: watchDeviceReserves,
    createWorker: (url) => new Worker(url, { type: 'module', name: 'measuring' }),
    epochNowMs: () => performance.timeOrigin + performance.now(),
    setTimer: (task, delayMs) => {
      const timer = setTimeout(task, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
