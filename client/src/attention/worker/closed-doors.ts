/**
 * What a worker could leave something in, for a page to find, or reach somebody with. The policy of the worker stops every request; it says
 * nothing of these. None of them is needed here.
 */
const DOORS = {
  global: [
    ...['indexedDB', 'caches', 'BroadcastChannel', 'Notification'],
    ...['fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport', 'RTCDataChannel'],
    ...['Worker', 'SharedWorker', 'importScripts', 'FontFace', 'fonts'],
  ],
  navigator: ['storage', 'storageBuckets', 'locks', 'serviceWorker', 'usb', 'hid', 'serial', 'sendBeacon'],
} as const;

/** Takes them away before any other code of the worker runs, for as long as the worker lives: it has no second global object to take them from. */
function close(target: object, names: readonly string[]): void {
  for (const name of names) {
    for (let holder: object | null = target; holder !== null; holder = Reflect.getPrototypeOf(holder)) {
      Reflect.deleteProperty(holder, name);
    }
    if (name in target) throw new Error(`${name} cannot be taken away`);
  }
}

close(globalThis, DOORS.global);
close(navigator, DOORS.navigator);
