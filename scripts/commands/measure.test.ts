import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SetUpError } from '../bootstrap/step.mjs';
import { setUp } from '../set-up.ts';
import { ensureProgram } from '../system-packages.ts';
import { POSTGRESQL } from '../testing/programs.ts';
import { bench } from './measure.ts';

vi.mock('../set-up.ts', () => ({ setUp: vi.fn(() => Promise.resolve({ variables: {}, missing: [] })) }));
vi.mock('../system-packages.ts', () => ({ ensureProgram: vi.fn(), aptPackages: () => Promise.resolve(null) }));

describe('npm run bench', () => {
  let said: string;
  beforeEach(() => {
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    vi.mocked(ensureProgram).mockImplementation((_purpose, program) =>
      program === POSTGRESQL ? Promise.reject(new SetUpError('install postgresql')) : Promise.resolve(),
    );
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(['--list', '--help'])('says what there is without setting anything up: %s', async (option) => {
    expect(await bench([option])).toBe(0);
    expect(ensureProgram).not.toHaveBeenCalled();
    expect(setUp).not.toHaveBeenCalled();
  });

  it('goes on where PostgreSQL cannot be had, and says what is not measured', async () => {
    // The benchmarks themselves were reached when they refuse a name.
    expect(await bench(['memory', 'no-such-figure'])).toBe(2);
    expect(said).toBe('What the embedded PostgreSQL takes is not measured.\ninstall postgresql\n');
  });
});
