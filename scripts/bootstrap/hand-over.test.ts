import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

/** Starts what runs on by itself, and prints both pids. */
const COMPILES = `
  const { spawn } = await import('node:child_process');
  const compiler = spawn('sleep', ['300'], { stdio: 'inherit' });
  console.log(compiler.pid, process.pid);`;

const MODULE = new URL('./hand-over.mjs', import.meta.url).href;

describe('what runs with another Node', () => {
  const started: number[] = [];
  afterEach(() => {
    for (const pid of started.splice(0)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended, as it should.
      }
    }
  });

  /** A process that hands over to one that runs `code`, and the first line that it printed. */
  async function handOverTo(code: string): Promise<{ parent: ChildProcess; line: string }> {
    const program = `
      const { handOver } = await import(${JSON.stringify(MODULE)});
      process.exitCode = await handOver(process.execPath, ['--input-type=module', '--eval', ${JSON.stringify(code)}]);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    return { parent, line };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends on a %s with all that it started', async (signal) => {
    const { parent, line } = await handOverTo(COMPILES);
    started.push(...line.split(' ').map(Number));
    // Whoever lives on keeps the output open, and then it does not close.
    const closed = once(parent, 'close');
    parent.kill(signal);
    expect(await closed).toEqual([128 + { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }[signal], null]);
  });

  it('ends with all that it started where whoever handed over is killed', async () => {
    const { parent, line } = await handOverTo(COMPILES);
    started.push(...line.split(' ').map(Number));
    const closed = once(parent, 'close');
    parent.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
  });

  it('has in its environment what is handed over beside this one’s own', async () => {
    const code = 'console.log(process.env.BOTH, process.env.HOME !== undefined)';
    const program = `
      const { handOver } = await import(${JSON.stringify(MODULE)});
      await handOver(process.execPath, ['--eval', ${JSON.stringify(code)}], { BOTH: 'given' });`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env, HOME: '/' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    expect(line).toBe('given true');
    await once(parent, 'close');
  });

  it('hears a SIGTERM before what it started, which it ends itself', async () => {
    const { parent, line } = await handOverTo(`
      const { spawn } = await import('node:child_process');
      const server = spawn('sleep', ['300'], { stdio: 'inherit' });
      server.on('exit', (code, signal) => process.exit(signal === 'SIGINT' ? 40 : 41));
      process.on('SIGTERM', () => server.kill('SIGINT'));
      console.log(server.pid, process.pid);`);
    started.push(...line.split(' ').map(Number));
    const closed = once(parent, 'close');
    parent.kill('SIGTERM');
    expect(await closed).toEqual([40, null]);
  });

  it('is told of a SIGUSR2 and goes on, and so does what it started', async () => {
    const { parent, line } = await handOverTo(`
      const { spawn } = await import('node:child_process');
      const part = spawn('sleep', ['300'], { stdio: 'ignore' });
      part.on('exit', () => process.exit(41));
      process.on('SIGUSR2', () => part.exitCode === null && setTimeout(() => process.exit(40), 300));
      console.log(part.pid, process.pid);`);
    started.push(...line.split(' ').map(Number));
    const closed = once(parent, 'close');
    parent.kill('SIGUSR2');
    expect(await closed).toEqual([40, null]);
  });

  it('is told of one key press once, and its own exit code is kept', async () => {
    const { parent, line } = await handOverTo(`
      let presses = 0;
      process.on('SIGINT', () => {
        presses += 1;
        setTimeout(() => process.exit(40 + presses), 300);
      });
      setInterval(() => {}, 1000);
      console.log(process.pid);`);
    started.push(Number(line));
    const closed = once(parent, 'close');
    parent.kill('SIGINT');
    parent.kill('SIGINT');
    expect(await closed).toEqual([41, null]);
  });
});
