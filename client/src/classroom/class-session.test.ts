import type { Institution, Seat, ServerMessage } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { THIS_SCREEN } from '../attention/class-screens.ts';
import { ClassMedia } from './class-media.svelte.ts';
import { ClassSession } from './class-session.svelte.ts';
import { reloadPage } from './page-reload.ts';
import { testSnapshot } from './test-snapshot.ts';

vi.mock(import('./page-reload.ts'), () => ({
  isOtherBuild: (build: string) => build === 'newer',
  reloadPage: vi.fn(() => true),
}));

/** The library's socket, as far as a page listens to it. */
class HeardSocket {
  connected = false;
  readonly listeners = new Map<string, (told: unknown) => void>();
  readonly on = (name: string, listener: (told: unknown) => void): unknown => this.listeners.set(name, listener);
  readonly connect = (): boolean => (this.connected = true);
  readonly disconnect = (): boolean => (this.connected = false);
  readonly timeout = () => ({ emitWithAck: () => new Promise(() => undefined) });
}
const played = vi.hoisted((): { socket?: unknown } => ({}));
vi.mock('socket.io-client', () => ({ io: () => played.socket }));

const seat = {
  classId: '00000000-0000-4000-8000-000000000001',
  seatId: '00000000-0000-4000-8000-000000000002',
  seatSecret: 'secret',
  name: 'Berta',
  role: 'student',
} as unknown as Seat;

it('is over at the click on leave, whatever the server answers', () => {
  played.socket = new HeardSocket();
  const session = new ClassSession({ seat });
  session.leave();
  expect(session.connection).toEqual({ kind: 'ended', reason: 'left' });
});

describe('a page in class', () => {
  let socket: HeardSocket;
  let session: ClassSession;

  beforeEach(() => {
    vi.mocked(reloadPage).mockClear();
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal('document', { hidden: true });
    played.socket = socket = new HeardSocket();
    session = new ClassSession({ seat });
    session.connect().catch(() => undefined);
  });
  afterEach(() => {
    session.leave();
    vi.unstubAllGlobals();
  });

  const hear = (message: ServerMessage): void => {
    socket.listeners.get('message')?.(message);
  };
  const arrive = (build: string): void => {
    hear({ type: 'snapshot', snapshot: testSnapshot({ build, status: 'planned' }) });
  };

  it('is loaded anew while it is hidden and its server was updated', () => {
    arrive('newer');
    expect(reloadPage).toHaveBeenCalledOnce();
  });

  it('stays as it is while somebody writes in it', () => {
    session.use.writes = () => true;
    arrive('newer');
    expect(reloadPage).not.toHaveBeenCalled();
    expect(session.connection.kind).toBe('connected');
  });

  it('stays as it is where the stage was heard until the server went away', () => {
    arrive('older');
    const tracks = vi.spyOn(session, 'tracks', 'get');
    tracks.mockReturnValue(new Map([['producer', { source: 'microphone' }]]) as unknown as typeof session.tracks);
    socket.listeners.get('disconnect')?.(undefined);
    tracks.mockRestore();
    arrive('newer');
    expect(reloadPage).not.toHaveBeenCalled();
    arrive('newer');
    expect(reloadPage).toHaveBeenCalledOnce();
  });

  it('takes a snapshot in place of updates without touching its connections', () => {
    const start = vi.spyOn(ClassMedia.prototype, 'start').mockImplementation(() => undefined);
    const show = (locked: boolean) => {
      hear({ type: 'snapshot', snapshot: testSnapshot({ status: 'planned', locked }) });
    };
    show(false);
    show(true);
    expect([session.locked, start.mock.calls.length]).toEqual([true, 1]);
    socket.listeners.get('disconnect')?.(undefined);
    show(false);
    expect(start).toHaveBeenCalledTimes(2);
    start.mockRestore();
  });

  it('opens a microphone with packets of the length told last, by an update or in place of one', () => {
    const start = vi.spyOn(ClassMedia.prototype, 'start').mockImplementation(() => undefined);
    const show = (audioPtimeMs: 20 | 60) => {
      hear({ type: 'snapshot', snapshot: testSnapshot({ status: 'planned', audioPtimeMs }) });
    };
    show(20);
    const [media] = start.mock.contexts as ClassMedia[];
    const lengths = [media?.publisher.audioPtimeMs];
    show(60);
    lengths.push(media?.publisher.audioPtimeMs);
    show(20);
    hear({ type: 'audio-ptime-changed', audioPtimeMs: 60 });
    lengths.push(media?.publisher.audioPtimeMs);
    expect([lengths, start.mock.calls.length]).toEqual([[20, 60, 60], 1]);
    start.mockRestore();
  });

  it('keeps on which screens the class is and where the camera stands, and tells the measuring what holds', () => {
    const told = vi.spyOn(session.measuring, 'setClassScreens');
    session.declareScreens({ ...THIS_SCREEN, right: true, camera: 'right' });
    session.declareScreens({ ...THIS_SCREEN, here: false, camera: 'below' });
    const holds = { ...THIS_SCREEN, camera: 'below' };
    expect(told.mock.calls).toEqual([[{ ...THIS_SCREEN, right: true, camera: 'right' }], [holds]]);
    expect(session.screens.places).toEqual(holds);
  });

  it('follows the institution’s rules while the class runs', () => {
    arrive('older');
    const before: Institution = session.institution;
    expect(before.permitted.cohort).toBe(false);
    const institution: Institution = {
      ...before,
      ...{ responsibleBody: 'Campus North', contact: 'north@campus.test', signalMode: 'cohort' },
      permitted: { device: true, cohort: true },
    };
    hear({ type: 'institution-changed', institution });
    expect(session.institution).toEqual(institution);
  });
});
