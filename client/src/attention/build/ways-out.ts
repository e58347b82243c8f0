/** What a page of a browser can send by, and the only files below client/src that may name it. */
const WAYS_OUT: Readonly<Record<string, readonly string[]>> = {
  fetch: ['http/', 'classroom/page-reload.ts', 'attention/assets.ts', 'attention/worker/closed-doors.ts'],
  XMLHttpRequest: ['attention/worker/closed-doors.ts'],
  WebSocket: ['attention/worker/closed-doors.ts'],
  WebSocketStream: ['attention/worker/closed-doors.ts'],
  EventSource: ['attention/worker/closed-doors.ts'],
  WebTransport: ['attention/worker/closed-doors.ts'],
  sendBeacon: ['attention/worker/closed-doors.ts'],
  RTCPeerConnection: [],
  createDataChannel: [],
  // Where a worker could leave something for a page to send later, and what starts a worker.
  indexedDB: ['attention/worker/closed-doors.ts'],
  caches: ['attention/worker/closed-doors.ts'],
  // Tabs of one class, and the window of the pacing view: between pages that the worker cannot speak to.
  BroadcastChannel: [
    'attention/worker/closed-doors.ts',
    'classroom/place-holding.ts',
    'pacing/pacing-window.svelte.ts',
  ],
  Worker: ['attention/browser-parts.ts', 'attention/worker/closed-doors.ts'],
  // mediasoup-client's name for a data channel, and socket.io's for a connection.
  produceData: ['classroom/signal-channel.ts'],
  'socket.io-client': ['classroom/signalling-client.ts'],
};

/** The ways out that this source names and may not, comments left out; `path` is below client/src. */
export function waysOutOf(path: string, code: string): string[] {
  const said = code.replaceAll(/\/\*.*?\*\/|(?<=^|\s)\/\/.*?$/gms, '');
  return Object.entries(WAYS_OUT).flatMap(([name, allowed]) => {
    const isNamed = new RegExp(`(?<![\\w$-])${name}(?![\\w$])`).test(said);
    return isNamed && !allowed.some((place) => path.startsWith(place)) ? [`${path} names ${name}`] : [];
  });
}
