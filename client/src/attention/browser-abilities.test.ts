import { describe, expect, it } from 'vitest';
import { missingAbility, type BrowserScope } from './browser-abilities.ts';

/** A browser that has all of it, with a canvas that gives these contexts. */
function browser(contexts: readonly string[] = ['2d', 'webgl2'], without: readonly (keyof BrowserScope)[] = []) {
  class PlayedCanvas {
    getContext(kind: string) {
      return contexts.includes(kind) ? {} : null;
    }
  }
  const scope = {
    WebAssembly,
    OffscreenCanvas: PlayedCanvas,
    MediaStreamTrackProcessor: () => undefined,
    HTMLVideoElement: { prototype: { requestVideoFrameCallback: () => 0 } },
  };
  return Object.fromEntries(
    Object.entries(scope).filter(([name]) => !without.some((gone) => gone === name)),
  ) as unknown as BrowserScope;
}

describe('a browser', () => {
  it('that has everything lacks nothing, whichever way it gives frames', () => {
    expect(missingAbility(browser())).toBeNull();
    expect(missingAbility(browser(undefined, ['MediaStreamTrackProcessor']))).toBeNull();
    expect(missingAbility(browser(undefined, ['HTMLVideoElement']))).toBeNull();
  });

  it('in which WebAssembly is switched off is told apart from one that is too old', () => {
    expect(missingAbility(browser(undefined, ['WebAssembly']))).toBe('webassembly-off');
    const withoutSimd = { ...browser(), WebAssembly: { validate: () => false } };
    expect(missingAbility(withoutSimd)).toBe('browser-too-old');
  });

  it('without a canvas for workers, or without a way to a camera’s frames, is too old', () => {
    expect(missingAbility(browser(undefined, ['OffscreenCanvas']))).toBe('browser-too-old');
    expect(missingAbility(browser(['webgl2']))).toBe('browser-too-old');
    const neither = browser(undefined, ['MediaStreamTrackProcessor', 'HTMLVideoElement']);
    expect(missingAbility(neither)).toBe('browser-too-old');
  });

  it('without WebGL 2 is told that its graphics are off', () => {
    expect(missingAbility(browser(['2d']))).toBe('graphics-off');
  });

  it('is asked with a module that engines with SIMD accept and that is WebAssembly indeed', () => {
    const asked: Uint8Array<ArrayBuffer>[] = [];
    const validate = (bytes: BufferSource) => {
      asked.push(bytes as Uint8Array<ArrayBuffer>);
      return true;
    };
    missingAbility({ ...browser(), WebAssembly: { validate } });
    expect(WebAssembly.validate(asked[0]!)).toBe(true);
    expect(WebAssembly.Module.exports(new WebAssembly.Module(asked[0]!))).toEqual([]);
    // The same without its vectors' opcodes is none.
    expect(WebAssembly.validate(asked[0]!.map((byte) => (byte === 253 ? 0xff : byte)))).toBe(false);
  });
});
