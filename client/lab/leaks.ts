/** A change of one of the client's own source files. */
interface Change {
  /** Path below client/src. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly put: string;
}

/** A leak as somebody might build it in: for tests that show which guard catches it. */
export interface Leak {
  readonly part: 'worker' | 'page';
  readonly changes: readonly Change[];
}

/** Says on the console how it ended, since a leak that is refused says nothing by itself. */
const REPORT = `.then(() => console.error('planted leak: went out'), (error) => console.error('planted leak: ' + error))`;

/** In the worker: each picture's first pixels, about once a second, to `leak`. */
function ofPictures(leak: string): Change {
  const find = 'const pipeline = new Pipeline(';
  const put = `
    let leakedMs = 0;
    const leak = async (pixels: Uint8ClampedArray) => { ${leak} };
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...values) {
      const image = Reflect.apply(read, this, values);
      if (performance.now() - leakedMs > 1000) {
        leakedMs = performance.now();
        void leak(image.data.slice(0, 48))${REPORT};
      }
      return image;
    };
    ${find}`;
  return { file: 'attention/worker/main.ts', find, put };
}

/** Without the guard that takes globals away, so that the browser's policy stands alone. */
const DOORS_LEFT_OPEN: Change = { file: 'attention/worker/main.ts', find: `import './closed-doors.ts';`, put: '' };

/** In the page: \`globalThis.pixels\` are those of the camera, 64 bytes, anew each second; then \`also\`. */
function ofCamera(also = ''): Change {
  const find = 'this.#attention = attention;';
  const put = `
    Object.assign(globalThis, { pixels: new Uint8Array(64) });
    const grabber = new ImageCapture(track);
    setInterval(async () => {
      const small = new OffscreenCanvas(4, 4).getContext('2d');
      small.drawImage(await grabber.grabFrame(), 0, 0, 4, 4);
      globalThis.pixels = small.getImageData(0, 0, 4, 4).data;
      ${also}
    }, 1000);
    ${find}`;
  return { file: 'classroom/own-measuring.svelte.ts', find, put };
}

const HEX = `[...pixels].map((byte) => byte.toString(16).padStart(2, '0')).join('')`;
const CHANNEL = 'classroom/signal-channel.ts';

export const LEAKS = {
  'fetch-in-worker': {
    part: 'worker',
    changes: [ofPictures(`await fetch(location.origin + '/pixels', { method: 'POST', body: pixels });`)],
  },
  'storage-in-worker': {
    part: 'worker',
    changes: [ofPictures(`await (await caches.open('pixels')).put('/pixels', new Response(pixels));`)],
  },
  'fetch-in-worker-with-open-doors': {
    part: 'worker',
    changes: [
      DOORS_LEFT_OPEN,
      ofPictures(`await fetch(location.origin + '/pixels', { method: 'POST', body: pixels });`),
    ],
  },
  'websocket-in-worker-with-open-doors': {
    part: 'worker',
    changes: [
      DOORS_LEFT_OPEN,
      ofPictures(`await new Promise((resolve, reject) => {
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/signal/?pixels=' + ${HEX});
        socket.onopen = () => { socket.send(pixels); resolve(undefined); };
        socket.onerror = () => reject(new Error('refused'));
      });`),
    ],
  },
  'import-with-query-in-worker': {
    part: 'worker',
    changes: [ofPictures(`await import(location.href + '?pixels=' + ${HEX});`)],
  },
  'nested-worker-with-query-and-open-doors': {
    part: 'worker',
    changes: [
      DOORS_LEFT_OPEN,
      ofPictures(`await new Promise((resolve, reject) => {
        const nested = new Worker(location.href + '?pixels=' + ${HEX}, { type: 'module' });
        nested.onmessage = resolve;
        nested.onerror = () => reject(new Error('refused'));
      });`),
    ],
  },
  'pixels-in-message': {
    part: 'worker',
    changes: [
      {
        file: 'attention/worker/main.ts',
        find: 'self.postMessage(message);',
        put: 'self.postMessage(message.type === "window" ? { ...message, pixels: seen } : message);',
      },
      // The page says what becomes of it.
      ofPictures('seen = pixels; await new Promise(() => undefined);'),
      {
        file: 'attention/worker/main.ts',
        find: 'declare const self: DedicatedWorkerGlobalScope;',
        put: 'declare const self: DedicatedWorkerGlobalScope; let seen = new Uint8ClampedArray();',
      },
    ],
  },
  'pixels-on-datagram': {
    part: 'page',
    changes: [
      ofCamera(),
      {
        file: CHANNEL,
        find: 'const datagram = { bytes, window: signal.window, outcome: signal.outcome };',
        put: 'const datagram = { bytes: Uint8Array.from([...bytes, ...globalThis.pixels]), window: signal.window, outcome: signal.outcome };',
      },
    ],
  },
  'pixels-on-datagram-behind-gate': {
    part: 'page',
    changes: [
      ofCamera(),
      {
        file: 'classroom/datagram-gate.ts',
        find: 'channel.send(copy);',
        put: `void (async () => channel.send(Uint8Array.from([...copy, ...globalThis.pixels])))()${REPORT};`,
      },
    ],
  },
  'second-channel': {
    part: 'page',
    changes: [
      ofCamera(),
      {
        file: CHANNEL,
        find: 'this.#channel = channel;',
        put: `this.#channel = channel;
          void transport.produceData({ ordered: false, label: 'pixels' }).then((second) => second.send(globalThis.pixels.slice(0, 16)))${REPORT};`,
      },
    ],
  },
  'second-channel-by-hand': {
    part: 'page',
    changes: [
      ofCamera(),
      {
        file: CHANNEL,
        find: 'const LOOK_EVERY_MS = 5000;',
        put: `const LOOK_EVERY_MS = 5000;
          const connections = [];
          const Native = RTCPeerConnection;
          globalThis.RTCPeerConnection = class extends Native {
            constructor(...values) { super(...values); connections.push(this); }
          };`,
      },
      {
        file: CHANNEL,
        find: 'this.#channel = channel;',
        put: `this.#channel = channel;
          const second = connections.at(-1).createDataChannel('pixels', { negotiated: true, id: 7 });
          setInterval(() => second.send(globalThis.pixels.slice(0, 16)), 500);`,
      },
    ],
  },
  'fetch-in-page': {
    part: 'page',
    changes: [ofCamera(`await fetch('/api/pixels', { method: 'POST', body: globalThis.pixels });`)],
  },
} as const satisfies Record<string, Leak>;
