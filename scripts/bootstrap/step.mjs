/**
 * A set-up step that cannot be done; the message says why and names the remedy, in one line, and is shown as it is.
 */
export class SetUpError extends Error {
  /** @override */
  name = 'SetUpError';
}

const QUIET_MS = 2_000;
const REDRAW_EVERY_MS = 500;
const LOG_EVERY_MS = 30_000;

/**
 * Does one step of the set-up: says what it does, shows how far it is once it has taken two seconds (in place on a
 * terminal, a line every thirty seconds elsewhere), and says how long it took. Steps that are done already never come here.
 *
 * @template T
 * @param {string} title what is being done, as in "Building mediasoup-worker 3.27.1"
 * @param {(report: (progress: string) => void) => Promise<T>} work `report` takes how far it is, as in "120 of 260 files"
 * @returns {Promise<T>}
 */
export async function runStep(title, work) {
  const began = performance.now();
  const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`;
  const onTerminal = process.stderr.isTTY;
  const state = { progress: '', shown: false };
  const show = () => {
    state.shown = true;
    const line = `  ${state.progress === '' ? 'working' : state.progress}, ${seconds()}`;
    process.stderr.write(onTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  };
  process.stderr.write(`${title}\n`);
  let timer = setTimeout(() => {
    show();
    timer = setInterval(show, onTerminal ? REDRAW_EVERY_MS : LOG_EVERY_MS);
  }, QUIET_MS);
  try {
    const result = await work((text) => {
      state.progress = text;
    });
    if (state.shown) process.stderr.write(`${onTerminal ? '\r\x1b[K' : ''}  done in ${seconds()}\n`);
    return result;
  } finally {
    clearTimeout(timer);
    if (onTerminal && state.shown) process.stderr.write('\r\x1b[K');
  }
}
