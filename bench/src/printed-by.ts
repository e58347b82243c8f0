import { spawn } from 'node:child_process';

/** What a program of ours prints until its end, its errors logged line by line; rejects when it fails. */
export function printedBy(program: string, args: readonly string[], log: (line: string) => void): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => log(text.trimEnd()));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) fulfil(printed);
      else reject(new Error(`${program} ended with ${String(code)}`));
    });
  });
}
