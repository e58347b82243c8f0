import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { environment } from './config.ts';

/**
 * Trains the attention model: renders the data with the lab (cached), makes the pinned Python environment (cached) and runs
 * train.py, which writes the model, its description, the golden vectors and the model card.
 */
const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');

const { values } = parseArgs({
  options: { identities: { type: 'string' }, check: { type: 'boolean', default: false } },
});
const python = await ensurePython();
if (values.check) {
  await run(python, [join(HERE, 'golden.py')], HERE);
} else {
  const lab = join(ROOT, 'client', 'lab', 'make-training-data.ts');
  const people = values.identities === undefined ? [] : ['--identities', values.identities];
  const files = await run(process.execPath, [lab, ...people], ROOT, true);
  const folder = await mkdtemp(join(tmpdir(), 'lectern-training-'));
  try {
    await writeFile(join(folder, 'files.json'), files);
    await run(python, [join(HERE, 'train.py'), join(folder, 'files.json')], HERE);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A virtual environment with exactly the pinned packages, kept under the cache by the hash of their list. */
async function ensurePython(): Promise<string> {
  const requirements = join(HERE, 'requirements.txt');
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(environment.cache, 'lectern', 'training', hash);
  const ready = join(folder, 'bin', 'python');
  const complete = await access(join(folder, 'bin', 'python'))
    .then(() => access(join(folder, 'complete')))
    .then(
      () => true,
      () => false,
    );
  if (complete) return ready;
  process.stderr.write('Making the Python environment for training\n');
  await rm(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder], ROOT);
  await run(ready, ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements], ROOT);
  await run(ready, ['-c', `open(${JSON.stringify(join(folder, 'complete'))}, 'w').close()`], ROOT);
  return ready;
}

/** Runs a program to its end, its errors shown; rejects when it fails. Gives what it printed when `capture` is set. */
function run(program: string, args: readonly string[], cwd: string, capture = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
      env: { ...environment.inherited, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.once('error', (error) => {
      reject(new Error(`${program} could not be started (${error.message}): install it, then run this again`));
    });
    child.once('exit', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${program} ended with ${String(code)}`));
    });
  });
}
