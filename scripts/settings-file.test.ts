import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './bootstrap/cache.mjs';
import { endOf } from './run-program.ts';
import { readSettingsFile } from './settings-file.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lectern-settings-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function write(name: string, content: string): void {
  writeFileSync(join(directory, name), content);
}

describe('the settings of the file', () => {
  it('are known to the set-up, from the usual file or from the one that is named', () => {
    write(
      'lectern.config.json',
      '{"LECTERN_ASSETS": "/srv/assets", "LECTERN_HTTP_PORT": 80, "LECTERN_CLIENT_DIR": ""}',
    );
    write('other.json', '{"LECTERN_ASSETS": "/srv/others"}');
    expect([...readSettingsFile(null, directory)]).toEqual([['LECTERN_ASSETS', '/srv/assets']]);
    expect(readSettingsFile('other.json', directory).get('LECTERN_ASSETS')).toBe('/srv/others');
  });

  it('are none where the file is not there or is no object: the server says what is wrong with it', () => {
    write('broken.json', '{');
    write('list.json', 'null');
    for (const name of ['nowhere.json', 'broken.json', 'list.json']) {
      expect([...readSettingsFile(name, directory)], name).toEqual([]);
    }
  });

  it('reach every part that the set-up would bring otherwise, and the environment wins', async () => {
    const settings = {
      MEDIASOUP_WORKER_BIN: '/file/worker',
      LECTERN_ASSETS: '/file/assets',
      LECTERN_CLIENT_DIR: '/file/client',
      LECTERN_ATTENTION_DIR: '/file/attention',
      LECTERN_CLICKHOUSE_URL: 'http://clickhouse:8123',
    };
    write('parts.json', JSON.stringify(settings));
    const program = `import { environment } from ${JSON.stringify(join(ROOT, 'scripts/environment.ts'))}; console.log(JSON.stringify(environment));`;
    const none = Object.fromEntries(Object.keys(settings).map((key) => [key, undefined]));
    const env = { ...none, LECTERN_CONFIG: join(directory, 'parts.json'), LECTERN_ASSETS: '/environment/assets' };
    const { output } = await endOf(process.execPath, ['--input-type=module', '--eval', program], { env });
    expect(JSON.parse(output)).toMatchObject({
      workerBinary: '/file/worker',
      assets: '/environment/assets',
      clientDir: '/file/client',
      attentionDir: '/file/attention',
      signalsApart: true,
    });
  });
});
