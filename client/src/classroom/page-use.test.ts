import type { MediaSource } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PageUse } from './page-use.ts';

describe('a page', () => {
  let tracks: { source: MediaSource }[];
  let publishes: boolean;
  let use: PageUse;

  beforeEach(() => {
    vi.stubGlobal('document', { hidden: true });
    tracks = [];
    publishes = false;
    use = new PageUse({ tracks: () => tracks, publishes: () => publishes });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is idle while it is hidden and nothing comes of it, also where it receives pictures that nobody sees', () => {
    tracks = [{ source: 'camera' }, { source: 'screen' }];
    expect(use.idle).toBe(true);
  });

  it('is in use while it is seen, publishes, or is written in', () => {
    publishes = true;
    expect(use.idle).toBe(false);
    publishes = false;
    use.writes = () => true;
    expect(use.idle).toBe(false);
    use.writes = () => false;
    vi.stubGlobal('document', { hidden: false });
    expect(use.idle).toBe(false);
  });

  it.each(['microphone', 'screen-audio'] as const)('is in use while it is listened to: %s', (source) => {
    tracks = [{ source }];
    expect(use.idle).toBe(false);
  });

  it('is in use where it was listened to until the connection was lost, and idle once it is back without sound', () => {
    tracks = [{ source: 'microphone' }];
    use.lost();
    tracks = [];
    expect(use.idle).toBe(false);
    use.back();
    expect(use.idle).toBe(true);
  });
});
