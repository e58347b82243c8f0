import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_ACTIONS, CLASS_ACTIONS, CLASS_ROLES } from '@lectern/contracts';
import { configSchema, isSecret } from './config.ts';
import type { ConfigKey } from './config.ts';
import { RETENTION } from './store/retention.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const RETENTION_HEADING = '## Retention';

/** docs/configuration.md, as the schema has it. */
export function configurationPage(): string {
  const rows = (Object.keys(configSchema.shape) as ConfigKey[]).map((key) => {
    const { description = '' } = configSchema.shape[key];
    return `| \`${key}\` | ${defaultOf(key)} | ${description}${isSecret(key) ? ' Secret: never printed or logged.' : ''} |`;
  });
  return `# Configuration

Lectern runs without any of these. A setting comes from the environment, or from \`lectern.config.json\` in the working directory
(or the file that \`LECTERN_CONFIG\` names) under the same key; the environment wins. An empty value counts as not set. A
key that is not listed here, or a value that cannot be used, stops the start and is named together with the remedy.

\`\`\`json
{ "LECTERN_HTTP_PORT": 8443, "LECTERN_SIGNAL": "cohort" }
\`\`\`

| key | without it | meaning |
|---|---|---|
${rows.join('\n')}

\`node server/src/reference-docs.ts\` writes this page from the schema in \`server/src/config.ts\` and \`server/src/config/limits.ts\`.
`;
}

/** docs/roles.md, as the contract's tables have it. */
export function rolesPage(): string {
  const tick = (may: boolean) => (may ? 'yes' : '');
  const inClass = Object.entries(CLASS_ACTIONS).map(([action, roles]: [string, readonly string[]]) => {
    const cells = CLASS_ROLES.map((role) =>
      role === 'student' && roles.includes('onStage') ? 'on the stage' : tick(roles.includes(role)),
    );
    return `| ${action} | ${cells.join(' | ')} |`;
  });
  const outside = Object.entries(ACCOUNT_ACTIONS).map(([action, holders]: [string, readonly string[]]) => {
    const words: Readonly<Record<string, string>> = {
      operator: 'an operator',
      instructor: 'an account that teaches',
      member: 'an instructor of the course',
      self: 'the account itself',
    };
    return `| ${action} | ${holders.map((holder) => words[holder] ?? holder).join(', ')} |`;
  });
  return `# Roles

Who may do what stands in one table in the code, \`contracts/src/roles.ts\`; every request and every message is checked against it. This
page is written from that table.

## In a class

An instructor or assistant is a member of the course; everybody else who joins is a student, with an account or as a guest. An
operator runs the platform: that role alone opens no class.

| action | ${CLASS_ROLES.join(' | ')} |
|---|${CLASS_ROLES.map(() => '---|').join('')}
${inClass.join('\n')}

Where an action is on somebody else, rank decides too, instructor before assistant before student: whoever mutes or removes one person
acts on lower ranks alone, and only students are sent back to the audience. Muting all mutes everybody else of the own rank or below, so that an assistant never
mutes an instructor.

## Outside of a class

| action | who |
|---|---|
${outside.join('\n')}

\`node server/src/reference-docs.ts\` writes this page.
`;
}

/** The table of clocks, as docs/operations.md shows it. */
export function retentionSection(): string {
  const rows = RETENTION.map(({ table, holds, kept }) => `| \`${table}\` | ${holds} | ${kept} |`);
  return `${RETENTION_HEADING}

One job deletes what has run out, at the start and every hour, by one table in the code (\`server/src/store/retention.ts\`), from which
\`node server/src/reference-docs.ts\` writes this one. The analytics store keeps its own clocks: see [signals.md](signals.md).

| table | holds | kept |
|---|---|---|
${rows.join('\n')}
`;
}

/** The page with its section on retention replaced, or added at the end. */
export function withRetention(page: string): string {
  const start = page.indexOf(`${RETENTION_HEADING}\n`);
  if (start === -1) return `${page.trimEnd()}\n\n${retentionSection()}`;
  const next = page.indexOf('\n## ', start + 1);
  return page.slice(0, start) + retentionSection() + (next === -1 ? '' : page.slice(next));
}

function defaultOf(key: ConfigKey): string {
  const { data } = configSchema.shape[key].safeParse(undefined);
  return data === undefined ? '' : `\`${String(data)}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const operations = new URL('operations.md', DOCS);
  await writeFile(new URL('configuration.md', DOCS), configurationPage());
  await writeFile(new URL('roles.md', DOCS), rolesPage());
  await writeFile(operations, withRetention(await readFile(operations, 'utf8')));
}
