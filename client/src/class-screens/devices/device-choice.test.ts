import { describe, expect, it } from 'vitest';
import { keepChoice, keptChoice } from './device-choice.ts';

describe('keptChoice', () => {
  it('gives back what was kept', () => {
    const kept = new Map<string, string>();
    keepChoice({ camera: 'a', microphone: 'b' }, { setItem: (key, value) => void kept.set(key, value) });
    expect(keptChoice({ getItem: (key) => kept.get(key) ?? null })).toEqual({ camera: 'a', microphone: 'b' });
  });

  it.each([null, '', 'nonsense', '[]', 'null', '{"camera":7,"microphone":""}'])('is empty when %s was kept', (text) => {
    expect(keptChoice({ getItem: () => text })).toEqual({});
  });
});
