import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { afterAll, describe, expect, it } from 'vitest';
import { configSchema, readConfig } from './config.ts';
import { configurationPage, rolesPage, withRetention } from './reference-docs.ts';
import { StartError } from './store/store.ts';

const directory = mkdtempSync(join(tmpdir(), 'lectern-config-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
const read = (environment: Record<string, string>, argv: string[] = []) => readConfig(argv, directory, environment);

function refusal(environment: Record<string, string>, argv: string[] = []): string {
  try {
    read(environment, argv);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
  throw new Error('nothing was refused');
}

function settingsFile(content: string): string {
  const path = join(mkdtempSync(join(directory, 'settings-')), 'settings.json');
  writeFileSync(path, content);
  return path;
}

describe('the configuration', () => {
  it('is complete without a single setting: embedded, on localhost', () => {
    expect(read({ PATH: '/bin', HOME: '/root' })).toMatchObject({
      http: { host: '127.0.0.1', port: 8080, publicUrl: null, tls: null, selfSigned: false },
      media: { host: '127.0.0.1', firstPort: 40_000, announcedAddress: null },
      dataDir: join(directory, 'data'),
      postgresUrl: null,
      turn: null,
      signalMode: null,
    });
  });

  it('lets the stage be larger or smaller, and the smallest cohort only larger', () => {
    expect(read({})).toMatchObject({ minimumCohort: 10, stage: { videos: 8, openMicrophones: 4 } });
    const set = { LECTERN_MINIMUM_COHORT: '25', LECTERN_STAGE_VIDEOS: '2', LECTERN_STAGE_MICROPHONES: '12' };
    expect(read(set)).toMatchObject({ minimumCohort: 25, stage: { videos: 2, openMicrophones: 12 } });
    expect(refusal({ LECTERN_MINIMUM_COHORT: '9' })).toContain('LECTERN_MINIMUM_COHORT: "9" cannot be used');
    expect(refusal({ LECTERN_MINIMUM_COHORT: '10.5' })).toContain('LECTERN_MINIMUM_COHORT');
    expect(refusal({ LECTERN_STAGE_VIDEOS: '0' })).toContain('LECTERN_STAGE_VIDEOS');
    expect(refusal({ LECTERN_STAGE_MICROPHONES: '33' })).toContain('LECTERN_STAGE_MICROPHONES');
  });

  it('takes a packet budget and the length of a microphone’s packets, and refuses what is neither 20 nor 60', () => {
    expect(read({})).toMatchObject({ audioPtimeMs: null, media: { packetBudget: null } });
    const set = { LECTERN_AUDIO_PTIME_MS: '60', LECTERN_PACKET_BUDGET: '40000' };
    expect(read(set)).toMatchObject({ audioPtimeMs: 60, media: { packetBudget: 40_000 } });
    expect(read({ LECTERN_CONFIG: settingsFile('{"LECTERN_AUDIO_PTIME_MS": 20}') })).toMatchObject({
      audioPtimeMs: 20,
    });
    expect(refusal({ LECTERN_AUDIO_PTIME_MS: '40' })).toContain('LECTERN_AUDIO_PTIME_MS: "40" cannot be used');
    expect(refusal({ LECTERN_PACKET_BUDGET: '10' })).toContain('LECTERN_PACKET_BUDGET');
  });

  it('names an unknown key and the one that was probably meant', () => {
    expect(refusal({ LECTERN_HTP_PORT: '80' })).toMatch(
      /^LECTERN_HTP_PORT is not a setting of Lectern\. Did you mean LECTERN_HTTP_PORT\? .*docs\/configuration\.md/,
    );
    expect(refusal({ LECTERN_DATA: '/srv' })).toContain('Did you mean LECTERN_DATA_DIR?');
    expect(refusal({ LECTERN_QUITE_ELSEWHERE: '1' })).not.toContain('Did you mean');
  });

  it('names key, value and meaning of a wrong value, and all of them at once', () => {
    const message = refusal({ LECTERN_HTTP_PORT: 'eighty', LECTERN_SIGNAL: 'on' });
    expect(message).toContain('LECTERN_HTTP_PORT: "eighty" cannot be used');
    expect(message).toContain('LECTERN_SIGNAL: "on" cannot be used');
    expect(message).toContain('Port of the web server');
    expect(refusal({ LECTERN_HTTP_PORT: '70000' })).toContain('"70000"');
    expect(refusal({ LECTERN_MEDIA_PORT: '-1' })).toContain('"-1"');
    expect(refusal({ LECTERN_SELF_SIGNED: 'perhaps' })).toContain('LECTERN_SELF_SIGNED: "perhaps"');
  });

  it('never shows the value of a secret', () => {
    const message = refusal({
      LECTERN_POSTGRES_URL: 'mysql://me:hunter2@db/x',
      LECTERN_TURN_SECRET: 'short-hunter2',
      LECTERN_TURN_URLS: 'turn:a',
    });
    expect(message).toContain('LECTERN_POSTGRES_URL: its value (not shown)');
    expect(message).toContain('LECTERN_TURN_SECRET: its value (not shown)');
    expect(message).not.toContain('hunter2');
    // A password that is not escaped would be taken for a host, and named as one.
    for (const url of ['postgresql://me:12/hunter2@db/x', 'postgres:hunter2', 'postgresql://me:12?hunter2@db/x']) {
      expect(refusal({ LECTERN_POSTGRES_URL: url })).toMatch(/^LECTERN_POSTGRES_URL: its value \(not shown\).*%2F/);
      expect(refusal({ LECTERN_POSTGRES_URL: url })).not.toContain('hunter2');
    }
    expect(refusal({ LECTERN_CLICKHOUSE_URL: 'http://me:12/hunter2@db' })).not.toContain('hunter2');
    expect(read({ LECTERN_POSTGRES_URL: 'postgresql://me:a%2Fb%40c@db:5432/x' }).postgresUrl).toContain('%2F');
  });

  it('asks for settings together that go together', () => {
    expect(refusal({ LECTERN_TLS_CERT: 'cert.pem' })).toContain('LECTERN_TLS_CERT is set and LECTERN_TLS_KEY is not');
    expect(refusal({ LECTERN_TURN_SECRET: 'x'.repeat(16) })).toContain('LECTERN_TURN_URLS is not');
    expect(refusal({ LECTERN_ANALYTICS_URL: 'http://a:1' })).toContain('LECTERN_ANALYTICS_TOKEN is not');
  });

  it('takes an empty value as not set', () => {
    expect(read({ LECTERN_POSTGRES_URL: '', LECTERN_HTTP_PORT: '' })).toMatchObject({
      postgresUrl: null,
      http: { port: 8080 },
    });
  });

  it('listens on every address as soon as TLS is on, and only where it is told to otherwise', () => {
    expect(read({}, ['--self-signed']).http).toMatchObject({ host: '0.0.0.0', selfSigned: true });
    const tls = { LECTERN_TLS_CERT: 'cert.pem', LECTERN_TLS_KEY: '/etc/key.pem' };
    expect(read(tls).http).toMatchObject({
      host: '0.0.0.0',
      tls: { certFile: join(directory, 'cert.pem'), keyFile: '/etc/key.pem' },
    });
    expect(read({ ...tls, LECTERN_HTTP_HOST: '10.0.0.1' }).http.host).toBe('10.0.0.1');
    expect(read({ ...tls, LECTERN_SELF_SIGNED: 'true' }).http.selfSigned).toBe(false);
  });

  it('lets media in from everywhere when a proxy on this machine leads to it, and only where it is told to otherwise', () => {
    const proxied = { LECTERN_HTTP_HOST: '127.0.0.1', LECTERN_PUBLIC_URL: 'https://class.example.org' };
    expect(read(proxied)).toMatchObject({ http: { host: '127.0.0.1' }, media: { host: '0.0.0.0' } });
    expect(read({ LECTERN_PUBLIC_URL: 'https://class.example.org' }).media.host).toBe('0.0.0.0');
    expect(read({ ...proxied, LECTERN_MEDIA_HOST: '127.0.0.1' }).media.host).toBe('127.0.0.1');
    expect(read({ ...proxied, LECTERN_HTTP_HOST: '10.0.0.1' }).media.host).toBe('10.0.0.1');
    for (const url of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      expect(read({ LECTERN_PUBLIC_URL: url }).media.host).toBe('127.0.0.1');
    }
  });

  it('refuses an option that it does not know', () => {
    expect(refusal({}, ['--port=1'])).toContain('--port=1 is not an option');
    expect(refusal({}, ['--self-signed', '--port=1'])).toContain('There are --self-signed and --reset-operator');
  });

  it('lets operators have a new password only where the start says so, beside the other option too', () => {
    expect(read({}).resetOperator).toBe(false);
    expect(read({}, ['--reset-operator'])).toMatchObject({ resetOperator: true, http: { selfSigned: false } });
    const both = read({}, ['--self-signed', '--reset-operator']);
    expect(both).toMatchObject({ resetOperator: true, http: { selfSigned: true } });
  });

  it('reads a file under the same keys, and lets the environment win', () => {
    const file = settingsFile('{"LECTERN_HTTP_PORT": 1234, "LECTERN_SELF_SIGNED": true, "LECTERN_WORKERS": 3}');
    const config = read({ LECTERN_CONFIG: file, LECTERN_WORKERS: '2' });
    expect(config.http).toMatchObject({ port: 1234, selfSigned: true });
    expect(config.media.workers).toBe(2);
  });

  it('takes an empty value in the file as not set too, and nothing for a number that is none', () => {
    const empty = settingsFile('{"LECTERN_MEDIA_PORT": "", "LECTERN_HTTP_PORT": null, "LECTERN_PUBLIC_URL": ""}');
    expect(read({ LECTERN_CONFIG: empty })).toMatchObject({
      http: { port: 8080, publicUrl: null },
      media: { firstPort: 40_000 },
    });
    expect(refusal({ LECTERN_CONFIG: settingsFile('{"mediaPort": ""}') })).toContain('mediaPort is not a setting');
    for (const value of ['true', '[]', '[8443]', '{}', '" "', '"0x50"', '"1e3"', '80.5', '"80.5"']) {
      const message = refusal({ LECTERN_CONFIG: settingsFile(`{"LECTERN_HTTP_PORT": ${value}}`) });
      expect(message, value).toContain(`LECTERN_HTTP_PORT: ${value} cannot be used`);
    }
    expect(read({ LECTERN_HTTP_PORT: ' 8443 ' }).http.port).toBe(8443);
  });

  it('refuses unknown keys in the file, a file that is no object, and a named file that is not there', () => {
    expect(refusal({ LECTERN_CONFIG: settingsFile('{"httpPort": 1}') })).toContain('httpPort is not a setting');
    expect(refusal({ LECTERN_CONFIG: settingsFile('[]') })).toContain('is not one JSON object');
    expect(refusal({ LECTERN_CONFIG: settingsFile('{') })).toContain('is not one JSON object');
    expect(refusal({ LECTERN_CONFIG: '/nowhere/settings.json' })).toMatch(/cannot be read \(ENOENT\).*LECTERN_CONFIG/);
  });

  it('refuses a public address with a path, under which nothing would be found', () => {
    for (const rest of ['/lectern', '/lectern/', '/?a=b', '/#a']) {
      const message = refusal({ LECTERN_PUBLIC_URL: `https://example.org${rest}` });
      expect(message).toMatch(/^LECTERN_PUBLIC_URL: .* lies under no path: give it a host name or a port of its own/);
    }
    expect(refusal({ LECTERN_PUBLIC_URL: 'https://me:hunter2@example.org' })).toContain('LECTERN_PUBLIC_URL');
    expect(read({ LECTERN_PUBLIC_URL: 'https://example.org:443' }).http.publicUrl).toBe('https://example.org');
  });

  it('keeps only the origin of the public address', () => {
    expect(read({ LECTERN_PUBLIC_URL: 'https://class.example.org/' }).http.publicUrl).toBe('https://class.example.org');
    expect(refusal({ LECTERN_PUBLIC_URL: 'class.example.org' })).toContain('LECTERN_PUBLIC_URL');
  });

  it('splits the TURN addresses', () => {
    const config = read({ LECTERN_TURN_URLS: 'turn:a:3478, turns:a:5349', LECTERN_TURN_SECRET: 's'.repeat(32) });
    expect(config.turn).toEqual({ urls: ['turn:a:3478', 'turns:a:5349'], secret: 's'.repeat(32) });
  });

  const turn = (urls: string) => ({ LECTERN_TURN_URLS: urls, LECTERN_TURN_SECRET: 's'.repeat(32) });

  it.each([
    'turn:class.example.org',
    'turn:203.0.113.7:3478?transport=udp',
    'turns:class.example.org:5349?transport=tcp',
    'turn:[2001:db8::7]:3478',
    'stun:stun.example.org:3478',
  ])('takes the address of a TURN server: %s', (url) => {
    expect(read(turn(url)).turn?.urls).toEqual([url]);
  });

  it.each([
    'http://x',
    'class.example.org:3478',
    'turn://class.example.org',
    'turn:',
    'turn:300.1.1.1',
    'turn:class.example.org:0',
    'turn:class.example.org:65536',
    'turn:class.example.org:port',
    'turn:class.example.org?transport=sctp',
    'turn:2001:db8::7',
    'turn:[class.example.org]',
    'stun:class.example.org?transport=udp',
    '',
  ])('refuses a TURN address that no browser takes, and names it: %s', (url) => {
    const message = refusal(turn(`turn:class.example.org:3478, ${url}`));
    expect(message).toContain(`${JSON.stringify(url)} is no address of a TURN server; write turn:`);
    expect(message).toMatch(/^LECTERN_TURN_URLS: "turn:class/);
  });

  it('takes an IP address or a host name as the address for media, and refuses what is neither', () => {
    for (const address of ['203.0.113.10', '2001:db8::7', 'class.example.org', 'localhost']) {
      expect(read({ LECTERN_MEDIA_ADDRESS: address }).media.announcedAddress).toBe(address);
    }
    for (const address of ['300.1.1.1', '203.0.113', '203.0.113.10:40000', 'https://class.example.org', 'a b', '-x']) {
      const message = refusal({ LECTERN_MEDIA_ADDRESS: address });
      expect(message).toContain(
        `LECTERN_MEDIA_ADDRESS: "${address}" cannot be used: it is neither an IP address nor a`,
      );
    }
  });

  it('describes every key', () => {
    for (const [key, schema] of Object.entries(configSchema.shape)) {
      expect(schema.description, key).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('the reference pages', () => {
  const page = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  /** Whether tables are padded is the formatter's business. */
  const asFormatted = (text: string) => format(text, { parser: 'markdown' });

  it('docs/configuration.md says what the schema says', async () => {
    expect(await asFormatted(await page('configuration.md'))).toBe(await asFormatted(configurationPage()));
  });

  it('docs/roles.md says what the tables of roles say', async () => {
    expect(await asFormatted(await page('roles.md'))).toBe(await asFormatted(rolesPage()));
  });

  it('docs/operations.md lists the clocks of retention as the code has them', async () => {
    const operations = await page('operations.md');
    expect(await asFormatted(operations)).toBe(await asFormatted(withRetention(operations)));
  });
});
