import { accountExportSchema } from '@lectern/contracts';
import type { accountsSchema, ClassDetail, Course, Seat, Session } from '@lectern/contracts';
import { hash, verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { ACCOUNT_TABLES, TABLES_WITHOUT_ACCOUNTS } from '../identity/account-records.ts';
import { Campus, ORIGIN, PASSWORD, tokenOf } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

vi.mock(import('@node-rs/argon2'), async (importOriginal) => {
  const argon2 = await importOriginal();
  return { ...argon2, hash: vi.fn(argon2.hash), verify: vi.fn(argon2.verify) };
});

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('accounts over HTTP', () => {
  let campus: Campus;
  let operator: Visitor;

  beforeAll(async () => {
    campus = await Campus.open();
  }, 60_000);
  afterAll(() => campus.close());

  const signIn = (visitor: Visitor, email: string, password: string) =>
    visitor.refusal('POST', '/api/session', { email, password });

  describe('the set-up link', () => {
    const body = {
      name: 'Eve',
      email: 'eve@campus.test',
      password: PASSWORD,
      institution: { responsibleBody: 'E', contact: 'e', jurisdiction: 'eu', signalMode: 'off' },
    };

    it('is needed before anybody can sign up', async () => {
      const account = { name: 'Bob', email: 'bob@campus.test', password: PASSWORD };
      expect(await campus.visitor().refusal('POST', '/api/accounts', account)).toBe('set-up-first');
    });

    it('shows the state and the warnings of the start', async () => {
      const state = await campus.visitor().ask('GET', `/api/set-up/${campus.parts.setUpLink.token}`);
      expect(state).toMatchObject({ institution: { setUp: false }, trial: false, warnings: ['A warning.'] });
    });

    it('opens nothing with another token', async () => {
      const wrong = 'x'.repeat(43);
      expect(await campus.visitor().refusal('GET', `/api/set-up/${wrong}`)).toBe('link-wrong');
      expect(await campus.visitor().refusal('POST', `/api/set-up/${wrong}`, body)).toBe('link-wrong');
      expect(await campus.visitor().refusal('GET', '/api/set-up/short')).toBe('link-wrong');
    });

    it('makes the first account operator and instructor, and works once, even for two at the same time', async () => {
      const link = `/api/set-up/${campus.parts.setUpLink.token}`;
      const [first, second] = await Promise.allSettled([campus.setUp(), campus.visitor().refusal('POST', link, body)]);
      expect(second).toMatchObject({ value: 'link-used' });
      operator = (first as PromiseFulfilledResult<Visitor>).value;
      expect(await operator.ask<Session>('GET', '/api/session')).toMatchObject({
        account: { name: 'Ada', roles: ['operator', 'instructor'] },
      });
      expect(await campus.visitor().refusal('POST', link, body)).toBe('link-used');
      expect(await campus.visitor().refusal('GET', link)).toBe('link-used');
    });
  });

  describe('signing in', () => {
    it('keeps the session in a cookie that scripts cannot read and other sites cannot send', async () => {
      const visitor = campus.visitor();
      const response = await visitor.send('POST', '/api/session', { email: 'Ada@Campus.test', password: PASSWORD });
      expect(response.statusCode).toBe(200);
      expect(response.headers['set-cookie']).toEqual([
        expect.stringMatching(/^lectern=[\w-]{43}; .*Path=\/; HttpOnly; SameSite=Lax$/),
        expect.stringMatching(/^lectern-device=[\w-]{43}\.[\w-]{43}; .*Path=\/; HttpOnly; SameSite=Lax$/),
      ]);
      const secret = /lectern=([\w-]+)/.exec(String(response.headers['set-cookie']))?.[1] ?? '';
      const stored = await campus.database.query('select * from session');
      expect(JSON.stringify(stored)).not.toContain(secret);
    });

    it('says the same for a wrong password and for an e-mail that nobody has', async () => {
      expect(await signIn(campus.visitor(), 'ada@campus.test', 'not her password')).toBe('wrong-credentials');
      expect(await signIn(campus.visitor(), 'nobody@campus.test', 'not her password')).toBe('wrong-credentials');
    });

    it('does the same work for an e-mail that nobody has', async () => {
      await signIn(campus.visitor(), 'first@campus.test', 'wrong password');
      const costs = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
      for (const email of ['ada@campus.test', 'unknown@campus.test']) {
        vi.mocked(hash).mockClear();
        vi.mocked(verify).mockClear();
        await signIn(campus.visitor(), email, 'wrong password');
        expect(hash).not.toHaveBeenCalled();
        expect(vi.mocked(verify).mock.calls).toEqual([[expect.stringMatching(costs), 'wrong password']]);
      }
    });

    it('ends with signing out, and a stolen cookie with it', async () => {
      const visitor = campus.visitor();
      await visitor.ask('POST', '/api/session', { email: 'ada@campus.test', password: PASSWORD });
      const thief = campus.visitor();
      thief.cookie = visitor.cookie;
      await visitor.ask('DELETE', '/api/session');
      expect(visitor.cookie).toBeUndefined();
      expect(await thief.ask('GET', '/api/session')).toEqual({ account: null });
      expect(await thief.refusal('GET', '/api/courses')).toBe('not-signed-in');
    });

    it('lasts while it is used and ends two weeks after its last use', async () => {
      const visitor = await campus.signUp('Roller');
      for (let day = 0; day < 20; day += 1) {
        campus.pass(DAY_MS);
        expect(await visitor.ask('GET', '/api/session')).toMatchObject({ account: { name: 'Roller' } });
      }
      campus.pass(14 * DAY_MS);
      expect(await visitor.ask('GET', '/api/session')).toEqual({ account: null });
    });

    it('ends after three months however much it is used', async () => {
      const visitor = await campus.signUp('Stayer');
      for (let week = 1; week < 13; week += 1) {
        campus.pass(7 * DAY_MS);
        expect(await visitor.ask('GET', '/api/session'), `week ${week}`).not.toEqual({ account: null });
      }
      campus.pass(7 * DAY_MS);
      expect(await visitor.ask('GET', '/api/session')).toEqual({ account: null });
    });
  });

  describe('guessing', () => {
    beforeAll(() => campus.signUp('Target'));

    it('is stopped at one account from one address, tells how long, and lets the owner in from elsewhere', async () => {
      const guesser = campus.visitor();
      const answers: (string | undefined)[] = [];
      for (let guess = 0; guess < 9; guess += 1) {
        answers.push(await signIn(guesser, 'target@campus.test', `guess number ${guess}`));
      }
      expect(answers).toEqual([...Array<string>(8).fill('wrong-credentials'), 'too-many']);
      const refused = await guesser.send('POST', '/api/session', { email: 'target@campus.test', password: PASSWORD });
      expect(refused.statusCode).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(await signIn(campus.visitor(), 'target@campus.test', PASSWORD)).toBeUndefined();
      campus.pass(15 * MINUTE_MS);
      expect(await signIn(guesser, 'target@campus.test', PASSWORD)).toBeUndefined();
    });

    it('is stopped even when all guesses are made at once', async () => {
      const guesser = campus.visitor();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, guess) => signIn(guesser, 'ada@campus.test', `guess number ${guess}`)),
      );
      expect(answers.filter((answer) => answer === 'wrong-credentials')).toHaveLength(8);
      expect(answers.filter((answer) => answer === 'too-many')).toHaveLength(12);
      campus.pass(60 * MINUTE_MS);
    });

    const guessFrom = async (count: number, email: string) => {
      const answers = new Set<string | undefined>();
      for (let guess = 0; guess < count; guess += 1) {
        answers.add(await signIn(campus.visitor(`198.51.100.${guess >> 3}`), email, `guess number ${guess}`));
      }
      return [...answers];
    };

    it('from many addresses is stopped, and keeps nobody out of a browser in which they signed in before', async () => {
      const owner = await campus.signUp('Besieged');
      await owner.ask('DELETE', '/api/session');
      const neighbour = await campus.signUp('Neighbour');
      const email = 'besieged@campus.test';
      expect(await guessFrom(60, email)).toEqual(['wrong-credentials']);
      expect(await signIn(campus.visitor(), email, PASSWORD)).toBe('too-many');
      expect(await signIn(neighbour, email, PASSWORD)).toBe('too-many');
      expect(await signIn(owner, email, PASSWORD)).toBeUndefined();
      campus.pass(60 * MINUTE_MS);
    }, 60_000);

    it('in a browser that is known is stopped as well, from whatever address, until the password is right again', async () => {
      const owner = await campus.signUp('Robbed');
      const { mark } = owner;
      const thief = () => Object.assign(campus.visitor(), { mark });
      const email = 'robbed@campus.test';
      for (let guess = 0; guess < 8; guess += 1) {
        expect(await signIn(thief(), email, `guess number ${guess}`)).toBe('wrong-credentials');
      }
      expect(await signIn(thief(), email, PASSWORD)).toBe('too-many');
      campus.pass(15 * MINUTE_MS);
      expect(await signIn(thief(), email, PASSWORD)).toBeUndefined();
    });

    it('is not made easier by a mark from before the password was changed', async () => {
      const owner = await campus.signUp('Careful');
      const { mark } = owner;
      const email = 'careful@campus.test';
      const next = 'another long password';
      await owner.ask('PATCH', '/api/account', { password: { current: PASSWORD, next } });
      expect(owner.mark).not.toBe(mark);
      await guessFrom(60, email);
      expect(await signIn(Object.assign(campus.visitor(), { mark }), email, next)).toBe('too-many');
      expect(await signIn(owner, email, next)).toBeUndefined();
      campus.pass(60 * MINUTE_MS);
    }, 60_000);

    it('from one IPv6 network is from one address', async () => {
      const from = (host: number) => campus.visitor(`2001:db8:0:7::${host.toString(16)}`);
      for (let guess = 1; guess <= 8; guess += 1) await signIn(from(guess), 'target@campus.test', `guess ${guess}`);
      expect(await signIn(from(99), 'target@campus.test', PASSWORD)).toBe('too-many');
      expect(await signIn(campus.visitor('2001:db8:0:8::1'), 'target@campus.test', PASSWORD)).toBeUndefined();
    });

    it('is not what a try was that came to nothing', async () => {
      const unlucky = campus.visitor();
      for (let attempt = 0; attempt < 9; attempt += 1) {
        vi.mocked(verify).mockRejectedValueOnce(new Error('no memory'));
        expect(await signIn(unlucky, 'target@campus.test', PASSWORD)).toBe('internal');
      }
      expect(await signIn(unlucky, 'target@campus.test', PASSWORD)).toBeUndefined();
    });

    it('of others does not shut out a campus behind the same address', async () => {
      const address = '192.0.2.1';
      for (let guess = 0; guess < 40; guess += 1) {
        await signIn(campus.visitor(address), `student${guess}@campus.test`, 'mistyped password');
      }
      expect(await signIn(campus.visitor(address), 'ada@campus.test', PASSWORD)).toBeUndefined();
    }, 90_000);
  });

  describe('one’s own account', () => {
    it('is not made twice with one e-mail, whatever its case', async () => {
      await campus.signUp('Twin');
      const again = { name: 'Twin', email: 'TWIN@campus.test', password: PASSWORD };
      expect(await campus.visitor().refusal('POST', '/api/accounts', again)).toBe('email-taken');
    });

    it('is made by a full room behind one address at once, and by the rest of a lecture hall within minutes', async () => {
      vi.mocked(hash).mockImplementation(() => Promise.resolve('not to be used'));
      let made = 0;
      const signUp = () => {
        made += 1;
        const account = { name: 'Many', email: `many${made}@campus.test`, password: PASSWORD };
        return campus.visitor(`2001:db8::${made.toString(16)}`).refusal('POST', '/api/accounts', account);
      };
      for (let count = 0; count < 100; count += 1) expect(await signUp()).toBeUndefined();
      expect(await signUp()).toBe('too-many');
      campus.pass(MINUTE_MS);
      for (let count = 0; count < 10; count += 1) expect(await signUp()).toBeUndefined();
      expect(await signUp()).toBe('too-many');
      campus.pass(10 * MINUTE_MS);
      vi.mocked(hash).mockReset();
    });

    it('gets no role by signing up', async () => {
      const visitor = await campus.signUp('Plain');
      expect(await visitor.ask('GET', '/api/session')).toMatchObject({ account: { roles: [] } });
      expect(await visitor.refusal('POST', '/api/courses', { title: 'Mine' })).toBe('not-allowed');
      expect(await visitor.refusal('GET', '/api/accounts')).toBe('not-allowed');
      const institution = { responsibleBody: 'P', contact: 'p', jurisdiction: 'eu', signalMode: 'off' };
      expect(await visitor.refusal('PUT', '/api/institution', institution)).toBe('not-allowed');
    });

    it('changes its password only with the old one, and ends its other sessions then', async () => {
      const visitor = await campus.signUp('Changer');
      const elsewhere = campus.visitor();
      await elsewhere.ask('POST', '/api/session', { email: 'changer@campus.test', password: PASSWORD });
      const next = 'another long password';
      const wrong = { password: { current: 'not the password', next } };
      expect(await visitor.refusal('PATCH', '/api/account', wrong)).toBe('wrong-credentials');
      await visitor.ask('PATCH', '/api/account', { name: 'Changed', password: { current: PASSWORD, next } });
      expect(await visitor.ask('GET', '/api/session')).toMatchObject({ account: { name: 'Changed' } });
      expect(await elsewhere.ask('GET', '/api/session')).toEqual({ account: null });
      expect(await signIn(campus.visitor(), 'changer@campus.test', PASSWORD)).toBe('wrong-credentials');
      expect(await signIn(campus.visitor(), 'changer@campus.test', next)).toBeUndefined();
    });

    it('changes its e-mail only with the password, to one that nobody has, and ends its other sessions then', async () => {
      const visitor = await campus.signUp('Mover');
      await campus.signUp('Neighbor');
      const elsewhere = campus.visitor();
      await elsewhere.ask('POST', '/api/session', { email: 'mover@campus.test', password: PASSWORD });
      const change = (next: string, password = PASSWORD) =>
        visitor.refusal('PATCH', '/api/account', { email: { password, next } });
      expect(await change('moved@campus.test', 'not the password')).toBe('wrong-credentials');
      expect(await change('Neighbor@campus.test')).toBe('email-taken');
      expect(await elsewhere.ask('GET', '/api/session')).toMatchObject({ account: { email: 'mover@campus.test' } });
      expect(await change('Moved@campus.test')).toBeUndefined();
      const { account } = await visitor.ask<Session>('GET', '/api/session');
      expect(account).toMatchObject({ name: 'Mover', email: 'moved@campus.test' });
      expect(await elsewhere.ask('GET', '/api/session')).toEqual({ account: null });
      expect(await signIn(campus.visitor(), 'mover@campus.test', PASSWORD)).toBe('wrong-credentials');
      expect(await signIn(campus.visitor(), 'moved@campus.test', PASSWORD)).toBeUndefined();
      const recorded = await campus.database.query<{ action: string; detail: unknown }>(
        `select action, detail from audit where actor_id = $1 and action like 'account.%-change'`,
        [account?.accountId ?? ''],
      );
      expect(recorded).toEqual([{ action: 'account.email-change', detail: {} }]);
    });

    it('does not let somebody try out by its e-mail which addresses have an account', async () => {
      const visitor = await campus.signUp('Prober');
      const email = { password: PASSWORD, next: 'ada@campus.test' };
      const tries: unknown[] = [];
      for (let count = 0; count < 11; count += 1) tries.push(await visitor.refusal('PATCH', '/api/account', { email }));
      expect(tries).toEqual([...Array<string>(10).fill('email-taken'), 'too-many']);
      campus.pass(60 * MINUTE_MS);
      expect(await visitor.refusal('PATCH', '/api/account', { email })).toBe('email-taken');
    });
  });

  describe('a password reset', () => {
    const next = { password: 'chosen after the reset' };

    async function resetLink(name: string): Promise<{ visitor: Visitor; link: string }> {
      const visitor = await campus.signUp(name);
      const { account } = await visitor.ask<Session>('GET', '/api/session');
      const id = account?.accountId ?? '';
      const { url } = await operator.ask<{ url: string }>('POST', `/api/accounts/${id}/password-reset`);
      expect(url.startsWith(`${ORIGIN}/password-reset/`)).toBe(true);
      return { visitor, link: `/api/password-resets/${tokenOf(url)}` };
    }

    beforeAll(async () => {
      await operator.ask('POST', '/api/session', { email: 'ada@campus.test', password: PASSWORD });
    });

    it('is the operator’s to give', async () => {
      const visitor = await campus.signUp('Asker');
      const { account } = await visitor.ask<Session>('GET', '/api/session');
      const url = `/api/accounts/${account?.accountId ?? ''}/password-reset`;
      expect(await visitor.refusal('POST', url)).toBe('not-allowed');
    });

    it('sets the password, signs in, ends the old sessions, and works once', async () => {
      const { visitor, link } = await resetLink('Forgetful');
      const fresh = campus.visitor();
      expect(await fresh.ask('POST', link, next)).toMatchObject({ account: { name: 'Forgetful' } });
      expect(await fresh.ask('GET', '/api/session')).toMatchObject({ account: { name: 'Forgetful' } });
      expect(await visitor.ask('GET', '/api/session')).toEqual({ account: null });
      expect(await campus.visitor().refusal('POST', link, next)).toBe('link-used');
      expect(await signIn(campus.visitor(), 'forgetful@campus.test', next.password)).toBeUndefined();
    });

    it('says whose it is and whether it can be used before a password is chosen, without using it', async () => {
      const { link } = await resetLink('Cautious');
      const fresh = campus.visitor();
      for (let look = 0; look < 2; look += 1) {
        expect(await fresh.ask('GET', link)).toEqual({ name: 'Cautious', email: 'cautious@campus.test' });
      }
      await fresh.ask('POST', link, next);
      expect(await campus.visitor().refusal('GET', link)).toBe('link-used');
      expect(await campus.visitor().refusal('GET', `/api/password-resets/${'x'.repeat(43)}`)).toBe('link-wrong');
    });

    it('has an error of its own for a wrong link, an expired one, and one that a newer one replaced', async () => {
      expect(await campus.visitor().refusal('POST', `/api/password-resets/${'x'.repeat(43)}`, next)).toBe('link-wrong');
      const { link } = await resetLink('Tardy');
      campus.pass(25 * 60 * MINUTE_MS);
      expect(await campus.visitor().refusal('GET', link)).toBe('link-expired');
      expect(await campus.visitor().refusal('POST', link, next)).toBe('link-expired');
      const { visitor, link: older } = await resetLink('Impatient');
      const { account } = await visitor.ask<Session>('GET', '/api/session');
      await operator.ask('POST', `/api/accounts/${account?.accountId ?? ''}/password-reset`);
      expect(await campus.visitor().refusal('POST', older, next)).toBe('link-wrong');
    });
  });

  describe('what is kept of an account', () => {
    it('is in the export, table by table, without hashes and secrets', async () => {
      const kept = accountExportSchema.parse(await operator.ask('GET', '/api/account/export'));
      expect(Object.keys(kept.tables)).toEqual(Object.keys(ACCOUNT_TABLES));
      expect(kept.tables['account']).toMatchObject([{ email: 'ada@campus.test' }]);
      expect(kept.tables['audit']?.length).toBeGreaterThan(0);
      expect(JSON.stringify(kept)).not.toMatch(/hash|secret|argon2/);
    });

    it('is saved under a name that says the day and, when it is somebody else’s, whose it is', async () => {
      const visitor = await campus.signUp('Named');
      const { account } = await visitor.ask<Session>('GET', '/api/session');
      const nameOf = async (reader: Visitor, url: string) =>
        (await reader.send('GET', url)).headers['content-disposition'];
      const url = `/api/accounts/${account?.accountId ?? ''}/export`;
      expect(await nameOf(visitor, '/api/account/export')).toMatch(/"lectern-account-\d{4}-\d\d-\d\d\.json"$/);
      expect(await nameOf(operator, url)).toMatch(/''lectern-account-Named-\d{4}-\d\d-\d\d\.json$/);
    });

    it('has what others did to the account, and not who they were', async () => {
      const visitor = await campus.signUp('Exported');
      const own = await visitor.ask<Session>('GET', '/api/session');
      await operator.ask('POST', `/api/accounts/${own.account?.accountId ?? ''}/password-reset`);
      const { account } = await operator.ask<Session>('GET', '/api/session');
      const kept = accountExportSchema.parse(await visitor.ask('GET', '/api/account/export'));
      const done = kept.tables['audit']?.map(({ action, by_me }) => [action, by_me]);
      expect(done).toContainEqual(['account.password-reset-link', false]);
      expect(done).toContainEqual(['account.create', true]);
      expect(JSON.stringify(kept)).not.toContain(account?.accountId ?? 'nobody');
    });

    it('knows every table of the database, and those with an account as such', async () => {
      const tables = await campus.database.query<{ table_name: string }>(
        `select table_name from information_schema.tables where table_schema = 'public'`,
      );
      const listed = [...Object.keys(ACCOUNT_TABLES), ...TABLES_WITHOUT_ACCOUNTS].toSorted();
      expect(listed).toEqual(tables.map((row) => row.table_name).toSorted());
      const referring = await campus.database.query<{ table_name: string }>(
        `select distinct conrelid::regclass::text as table_name from pg_constraint
         where contype = 'f' and confrelid in ('account'::regclass, 'seat'::regclass)`,
      );
      for (const { table_name: table } of referring) expect(ACCOUNT_TABLES, table).toHaveProperty(table);
    });

    it('is gone after erasure, from every table, with the courses that have no other instructor', async () => {
      const teacher = await campus.signUp('Leaver');
      const { account } = await teacher.ask<Session>('GET', '/api/session');
      const id = account?.accountId ?? '';
      await campus.database.query(`update account set roles = '{instructor}' where account_id = $1`, [id]);
      const alone = await campus.planClass(teacher);
      await teacher.ask('POST', `/api/join/${alone.joinCode}`, {});
      const remainer = await campus.signUp('Remainer');
      const courseWith = async (role: 'instructor' | 'assistant') => {
        const course = await teacher.ask<Course>('POST', '/api/courses', { title: `With an ${role}` });
        const invitations = `/api/courses/${course.courseId}/invitations`;
        const { url } = await teacher.ask<{ url: string }>('POST', invitations, { role });
        await remainer.ask('POST', `/api/invitations/${tokenOf(url)}`);
        return `/api/courses/${course.courseId}`;
      };
      const [taught, assisted] = [await courseWith('instructor'), await courseWith('assistant')];

      expect(await teacher.refusal('DELETE', '/api/account', { password: 'not the password' })).toBe(
        'wrong-credentials',
      );
      const setStatus = (status: string) =>
        campus.database.query('update class set status = $2 where class_id = $1', [alone.classId, status]);
      await setStatus('live');
      expect(await teacher.refusal('DELETE', '/api/account', { password: PASSWORD })).toBe('class-live');
      await setStatus('ended');
      await teacher.ask('DELETE', '/api/account', { password: PASSWORD });

      for (const [table, sql] of Object.entries(ACCOUNT_TABLES)) {
        expect(await campus.database.query(sql, [id]), table).toEqual([]);
      }
      for (const table of Object.keys(ACCOUNT_TABLES)) {
        const rows = await campus.database.query(`select to_jsonb(${table}) as row from ${table}`);
        expect(JSON.stringify(rows), table).not.toContain(id);
        expect(JSON.stringify(rows), table).not.toContain('leaver@campus.test');
      }
      expect(await campus.visitor().refusal('GET', `/api/join/${alone.joinCode}`)).toBe('link-wrong');
      expect(await remainer.ask('GET', taught)).toMatchObject({ title: 'With an instructor' });
      expect(await remainer.refusal('GET', assisted)).toBe('not-found');
      const audit = await campus.database.query(
        `select actor_id, subject_id from audit where action = 'account.erase'`,
      );
      expect(audit).toEqual([{ actor_id: null, subject_id: 'erased' }]);
      expect(await campus.database.query('select class_id from signal_erasure')).toEqual([{ class_id: alone.classId }]);
    });

    it('is named to the live classes when it is erased: its seats in classes that have not ended, with the messages', async () => {
      const { courseId } = await operator.ask<Course>('POST', '/api/courses', { title: 'Somebody else’s' });
      const plan = (title: string) => operator.ask<ClassDetail>('POST', `/api/courses/${courseId}/classes`, { title });
      const [running, over] = [await plan('Running'), await plan('Over')];
      const visitor = await campus.signUp('Sitter');
      const { classId, seatId } = await visitor.ask<Seat>('POST', `/api/join/${running.joinCode}`, {});
      await visitor.ask('POST', `/api/join/${over.joinCode}`, {});
      await campus.database.query(
        `insert into chat_message (class_id, message_id, seat_id, text, sent_at)
         values ($1, 4, $2, 'a', now()), ($1, 7, $2, 'b', now())`,
        [classId, seatId],
      );
      await campus.database.query(`update class set status = 'ended' where class_id = $1`, [over.classId]);
      campus.told.length = 0;
      await visitor.ask('DELETE', '/api/account', { password: PASSWORD });
      expect(campus.told).toEqual([['accountErased', [{ classId, seatId, messageIds: [4, 7] }]]]);
    });

    it('can be exported and erased by an operator on request, and by nobody else', async () => {
      const visitor = await campus.signUp('Requester');
      const other = await campus.signUp('Curious');
      const { account } = await visitor.ask<Session>('GET', '/api/session');
      const path = `/api/accounts/${account?.accountId ?? ''}`;
      expect(await other.refusal('GET', `${path}/export`)).toBe('not-allowed');
      expect(await other.refusal('DELETE', path, { password: PASSWORD })).toBe('not-allowed');
      expect(await operator.ask('GET', `${path}/export`)).toMatchObject({ account: { name: 'Requester' } });
      await operator.ask('DELETE', path, { password: PASSWORD });
      expect(await operator.refusal('GET', `${path}/export`)).toBe('not-found');
      expect(await visitor.ask('GET', '/api/session')).toEqual({ account: null });
    });
  });

  it('gives the figures of what runs to operators, and to nobody else', async () => {
    expect(await operator.ask('GET', '/api/operator/status')).toMatchObject({
      classes: [],
      versions: { lectern: '1.2.3' },
    });
    expect(await campus.visitor().refusal('GET', '/api/operator/status')).toBe('not-signed-in');
    expect(await (await campus.signUp('Onlooker')).refusal('GET', '/api/operator/status')).toBe('not-allowed');
  });

  it('finds accounts for an operator by part of name or e-mail, taking signs as they are', async () => {
    await campus.signUp('Zacharias');
    const search = (text: string) =>
      operator.ask<z.infer<typeof accountsSchema>>('GET', `/api/accounts?search=${encodeURIComponent(text)}`);
    expect(await search('zachar')).toMatchObject({ total: 1, accounts: [{ name: 'Zacharias' }] });
    expect((await search('%')).total).toBe(0);
    expect((await search('')).total).toBeGreaterThan(3);
  });

  it('logs neither names, e-mails, passwords nor tokens', () => {
    expect(campus.log).toContain('/api/password-resets/:token');
    expect(campus.log).not.toMatch(/campus\.test|Zacharias|Forgetful/);
    expect(campus.log).not.toContain(PASSWORD);
    expect(campus.log).not.toContain(campus.parts.setUpLink.token);
  });
});
