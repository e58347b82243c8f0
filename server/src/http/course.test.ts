import { randomUUID } from 'node:crypto';
import type { ClassDetail, Course, Seat, SeatId, Session } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Campus, ORIGIN, PASSWORD, tokenOf } from './test-campus.ts';
import type { Visitor } from './test-campus.ts';

const DAY_MS = 86_400_000;

describe('courses over HTTP', () => {
  let campus: Campus;
  let instructor: Visitor;
  const inside = new Set<SeatId>();

  beforeAll(async () => {
    campus = await Campus.open({ isConnected: (_classId, seatId) => inside.has(seatId) });
    instructor = await campus.setUp();
  }, 60_000);
  afterAll(() => campus.close());

  async function invite(courseId: string, role: 'instructor' | 'assistant'): Promise<string> {
    const { url } = await instructor.ask<{ url: string }>('POST', `/api/courses/${courseId}/invitations`, { role });
    expect(url.startsWith(`${ORIGIN}/invitation/`)).toBe(true);
    return `/api/invitations/${tokenOf(url)}`;
  }

  it('show their classes to their members and do not exist for others', async () => {
    const detail = await campus.planClass(instructor, {
      ...{ startsAt: '2026-11-23T09:00:00.000Z', durationMinutes: 90, expectedPeople: 400 },
    });
    expect(detail).toMatchObject({
      status: 'planned',
      startsAt: '2026-11-23T09:00:00.000Z',
      durationMinutes: 90,
      expectedPeople: 400,
      guestsAllowed: true,
      instructors: ['Ada'],
    });
    const course = await instructor.ask<Course>('GET', `/api/courses/${detail.courseId}`);
    expect(course).toMatchObject({ role: 'instructor', members: [{ name: 'Ada', role: 'instructor' }] });
    expect(course.studentsPerClass).toBe(2_000);
    expect(course.classes).toEqual([detail]);

    const outsider = await campus.signUp('Outsider');
    for (const [method, url, body] of [
      ['GET', `/api/courses/${detail.courseId}`],
      ['PATCH', `/api/courses/${detail.courseId}`, { title: 'Mine now' }],
      ['POST', `/api/courses/${detail.courseId}/classes`, { title: 'Mine' }],
      ['POST', `/api/courses/${detail.courseId}/invitations`, { role: 'instructor' }],
      ['GET', `/api/classes/${detail.classId}`],
      ['PATCH', `/api/classes/${detail.classId}`, { title: 'Mine now' }],
      ['DELETE', `/api/classes/${detail.classId}`, { status: 'planned' }],
    ] as const) {
      expect(await outsider.refusal(method, url, body), `${method} ${url}`).toBe('not-found');
      expect(await campus.visitor().refusal(method, url, body), `${method} ${url}`).toBe('not-signed-in');
    }
    expect(await outsider.ask('GET', '/api/courses')).toEqual({ courses: [] });
  });

  describe('an invitation', () => {
    it('makes an assistant, who reads the course and changes nothing', async () => {
      const { courseId, classId } = await campus.planClass(instructor);
      const link = await invite(courseId, 'assistant');
      expect(await campus.visitor().ask('GET', link)).toMatchObject({
        courseTitle: 'Algebra',
        role: 'assistant',
        invitedBy: 'Ada',
      });
      const assistant = await campus.signUp('Assistant');
      expect(await assistant.ask('POST', link)).toMatchObject({ courseId, role: 'assistant' });
      expect(await assistant.refusal('PATCH', `/api/courses/${courseId}`, { title: 'X' })).toBe('not-allowed');
      expect(await assistant.refusal('POST', `/api/courses/${courseId}/classes`, { title: 'X' })).toBe('not-allowed');
      expect(await assistant.refusal('DELETE', `/api/classes/${classId}`, { status: 'planned' })).toBe('not-allowed');
      expect(await assistant.refusal('POST', '/api/courses', { title: 'X' })).toBe('not-allowed');
    });

    it('makes an instructor together with the account, who may then plan and create', async () => {
      const { courseId } = await campus.planClass(instructor);
      const link = await invite(courseId, 'instructor');
      const colleague = campus.visitor();
      const session = await colleague.ask<Session>('POST', '/api/accounts', {
        name: 'Colleague',
        email: 'colleague@campus.test',
        password: PASSWORD,
        invitation: tokenOf(`${ORIGIN}${link}`),
      });
      expect(session.account?.roles).toEqual(['instructor']);
      await colleague.ask('POST', `/api/courses/${courseId}/classes`, { title: 'Fields' });
      await colleague.ask('POST', '/api/courses', { title: 'Own' });
    });

    it('has an error of its own when wrong, expired or used, and makes no account then', async () => {
      const { courseId } = await campus.planClass(instructor);
      const wrong = `/api/invitations/${'x'.repeat(43)}`;
      const used = await invite(courseId, 'assistant');
      await (await campus.signUp('Quick')).ask('POST', used);
      const expired = await invite(courseId, 'assistant');
      const late = await campus.signUp('Late');
      campus.pass(8 * DAY_MS);
      for (const [link, code] of [
        [wrong, 'link-wrong'],
        [used, 'link-used'],
        [expired, 'link-expired'],
      ] as const) {
        expect(await campus.visitor().refusal('GET', link)).toBe(code);
        expect(await late.refusal('POST', link)).toBe(code);
        const account = { name: 'N', email: `${code}@campus.test`, password: PASSWORD };
        const signUp = { ...account, invitation: tokenOf(`${ORIGIN}${link}`) };
        expect(await campus.visitor().refusal('POST', '/api/accounts', signUp)).toBe(code);
        expect(await campus.visitor().refusal('POST', '/api/accounts', account)).toBeUndefined();
      }
    });

    it('is used by one of two who open it at once', async () => {
      const { courseId } = await campus.planClass(instructor);
      const link = await invite(courseId, 'assistant');
      const both = [await campus.signUp('First'), await campus.signUp('Second')];
      const answers = await Promise.all(both.map((visitor) => visitor.refusal('POST', link)));
      expect(answers.toSorted()).toEqual(['link-used', undefined]);
    });

    it('needs somebody signed in', async () => {
      const { courseId } = await campus.planClass(instructor);
      expect(await campus.visitor().refusal('POST', await invite(courseId, 'assistant'))).toBe('not-signed-in');
    });
  });

  describe('a class', () => {
    it('goes from planned to open to live to ended, and no other way', async () => {
      const { classId } = await campus.planClass(instructor);
      const at = new Date('2026-11-23T09:00:00Z');
      const { classes } = campus.parts;
      await expect(classes.setClassStatus(classId, 'ended', at)).rejects.toMatchObject({ code: 'conflict' });
      await classes.setClassStatus(classId, 'open', at);
      await expect(classes.setClassStatus(classId, 'planned', at)).rejects.toMatchObject({ code: 'conflict' });
      expect(await classes.setClassStatus(classId, 'live', at)).toMatchObject({ startedAt: at.toISOString() });
      await expect(classes.setClassStatus(classId, 'live', at)).rejects.toMatchObject({ code: 'conflict' });
      expect(await classes.classSecret(classId)).toHaveLength(32);
      expect(await classes.setClassStatus(classId, 'ended', at)).toMatchObject({ endedAt: at.toISOString() });
      for (const status of ['planned', 'open', 'live', 'ended'] as const) {
        await expect(classes.setClassStatus(classId, status, at)).rejects.toMatchObject({ code: 'class-ended' });
      }
      expect(await classes.classSecret(classId)).toBeNull();
    });

    it('can be changed until it ends and taken back until it begins', async () => {
      const { classId } = await campus.planClass(instructor);
      const changed = await instructor.ask('PATCH', `/api/classes/${classId}`, {
        title: 'Ideals',
        guestsAllowed: false,
      });
      expect(changed).toMatchObject({ title: 'Ideals', guestsAllowed: false });
      const { classes } = campus.parts;
      await classes.setSignalEnabled(classId, false);
      const plan = { startsAt: '2026-11-30T09:00:00.000Z', durationMinutes: 90, expectedPeople: 400 };
      expect(await instructor.ask('PATCH', `/api/classes/${classId}`, plan)).toMatchObject({
        ...{ ...plan, title: 'Ideals', guestsAllowed: false, signalEnabled: false },
      });
      expect(await instructor.ask('PATCH', `/api/classes/${classId}`, { startsAt: null })).toMatchObject({
        ...{ ...plan, startsAt: null, signalEnabled: false },
      });
      const nothingSaid = { expectedPeople: null };
      expect(await instructor.ask('PATCH', `/api/classes/${classId}`, nothingSaid)).toMatchObject({
        ...{ ...plan, ...nothingSaid, startsAt: null },
      });
      await classes.setClassStatus(classId, 'live', campus.clock.now);
      expect(await instructor.refusal('DELETE', `/api/classes/${classId}`, { status: 'open' })).toBe('conflict');
      await classes.setClassStatus(classId, 'ended', campus.clock.now);
      expect(await instructor.refusal('PATCH', `/api/classes/${classId}`, { title: 'X' })).toBe('class-ended');
      const another = await campus.planClass(instructor);
      const opened = await campus.planClass(instructor);
      await classes.setClassStatus(opened.classId, 'open', campus.clock.now);
      // Asked for as it was planned, with nobody in it.
      expect(await instructor.refusal('DELETE', `/api/classes/${opened.classId}`, { status: 'planned' })).toBe(
        'conflict',
      );
      for (const [early, status] of [
        [another.classId, 'planned'],
        [opened.classId, 'open'],
      ] as const) {
        await instructor.ask('DELETE', `/api/classes/${early}`, { status });
        expect(await instructor.refusal('GET', `/api/classes/${early}`)).toBe('not-found');
      }
    });

    it('is told to whoever waits in it when it is planned anew or taken back', async () => {
      const { classId } = await campus.planClass(instructor);
      campus.told.length = 0;
      await instructor.ask('PATCH', `/api/classes/${classId}`, { title: 'Rings', startsAt: '2026-11-23T09:30:00Z' });
      await instructor.ask('DELETE', `/api/classes/${classId}`, { status: 'planned' });
      expect(await instructor.refusal('DELETE', `/api/classes/${classId}`, { status: 'planned' })).toBe('not-found');
      expect(campus.told).toEqual([
        ['classChanged', classId],
        ['classCancelled', classId],
      ]);
    });

    it('does not take a plan that the contract does not know', async () => {
      const { courseId } = await campus.planClass(instructor);
      const plan = (body: object) => instructor.refusal('POST', `/api/courses/${courseId}/classes`, body);
      expect(await plan({ title: '' })).toBe('bad-request');
      expect(await plan({ title: 'X', durationMinutes: 4 })).toBe('bad-request');
      for (const expectedPeople of [0, -1, 1.5, 20_001, '400']) {
        expect(await plan({ title: 'X', expectedPeople }), String(expectedPeople)).toBe('bad-request');
      }
      expect(await plan({ title: 'X', startsAt: 'tomorrow' })).toBe('bad-request');
      expect(await plan({ title: 'X', status: 'live' })).toBe('bad-request');
    });
  });

  describe('the door', () => {
    const join = (visitor: Visitor, { joinCode }: ClassDetail, body: object = {}) =>
      visitor.ask<Seat>('POST', `/api/join/${joinCode}`, body);
    const refused = (visitor: Visitor, { joinCode }: ClassDetail, body: object = {}) =>
      visitor.refusal('POST', `/api/join/${joinCode}`, body);

    it('shows the class’s card to whoever has the link', async () => {
      const detail = await campus.planClass(instructor);
      const card = { card: { title: 'Rings', courseTitle: 'Algebra', instructors: ['Ada'] } };
      const path = `/api/join/${detail.joinCode}`;
      expect(await campus.visitor().ask('GET', path)).toMatchObject({ ...card, signedInAs: null, role: 'student' });
      expect(await instructor.ask('GET', path)).toMatchObject({ ...card, signedInAs: 'Ada', role: 'instructor' });
      for (const code of ['aaaa-bbbb-cccc', 'AAAA', '..%2F']) {
        expect(await campus.visitor().refusal('GET', `/api/join/${code}`), code).toBe('link-wrong');
        expect(await campus.visitor().refusal('POST', `/api/join/${code}`, { name: 'G' }), code).toBe('link-wrong');
      }
    });

    it('seats a guest by name as a student, under a secret of which only a hash is kept', async () => {
      const detail = await campus.planClass(instructor);
      const seat = await join(campus.visitor(), detail, { name: 'Guest' });
      expect(seat).toMatchObject({ classId: detail.classId, name: 'Guest', role: 'student' });
      const stored = await campus.database.query('select to_jsonb(seat) as row from seat');
      expect(JSON.stringify(stored)).not.toContain(seat.seatSecret);
      expect(await campus.parts.seats.authenticateSeat(detail.classId, seat.seatId, seat.seatSecret)).toMatchObject({
        name: 'Guest',
        role: 'student',
        accountId: null,
      });
      expect(await refused(campus.visitor(), detail)).toBe('bad-request');
      expect(await refused(campus.visitor(), detail, { name: 'Guest', role: 'instructor' })).toBe('bad-request');
    });

    it('opens a seat to its own secret in its own class only', async () => {
      const detail = await campus.planClass(instructor);
      const elsewhere = await campus.planClass(instructor);
      const mine = await join(campus.visitor(), detail, { name: 'Mine' });
      const other = await join(campus.visitor(), detail, { name: 'Other' });
      const { seats } = campus.parts;
      for (const [classId, seatId, secret] of [
        [detail.classId, mine.seatId, other.seatSecret],
        [elsewhere.classId, mine.seatId, mine.seatSecret],
        [detail.classId, randomUUID() as SeatId, mine.seatSecret],
      ] as const) {
        await expect(seats.authenticateSeat(classId, seatId, secret)).rejects.toMatchObject({ code: 'seat-wrong' });
      }
    });

    it('hands a kept seat back: the same seat, the same secret', async () => {
      const detail = await campus.planClass(instructor);
      const { seatId, seatSecret, ...rest } = await join(campus.visitor(), detail, { name: 'Guest' });
      const keep = { seatId, seatSecret };
      expect(await join(campus.visitor(), detail, { keep })).toEqual({ ...rest, ...keep });
      expect(await join(campus.visitor(), detail, { keep, name: 'New name' })).toMatchObject({
        seatId,
        name: 'New name',
      });
      const wrong = { seatId, seatSecret: 'x'.repeat(43) };
      expect(await refused(campus.visitor(), detail, { keep: wrong, name: 'Thief' })).toBe('seat-wrong');
    });

    it('gives an account one seat in a class; the newest device holds its secret', async () => {
      const detail = await campus.planClass(instructor);
      const student = await campus.signUp('Student');
      const first = await join(student, detail);
      const second = await join(student, detail);
      expect(second.seatId).toBe(first.seatId);
      const { seats } = campus.parts;
      await expect(seats.authenticateSeat(detail.classId, first.seatId, first.seatSecret)).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await seats.authenticateSeat(detail.classId, second.seatId, second.seatSecret)).toMatchObject({
        name: 'Student',
        role: 'student',
      });
    });

    it('gives instructors and assistants their role by membership, at the next join too', async () => {
      const detail = await campus.planClass(instructor);
      expect(await join(instructor, detail)).toMatchObject({ role: 'instructor', name: 'Ada' });
      const helper = await campus.signUp('Helper');
      const { seatId, seatSecret } = await join(helper, detail);
      await helper.ask('POST', await invite(detail.courseId, 'assistant'));
      const keep = { seatId, seatSecret };
      expect(await join(helper, detail, { keep })).toMatchObject({ seatId, role: 'assistant' });
    });

    it('gives an account’s seat to nobody who is signed in as somebody else, or as nobody', async () => {
      const detail = await campus.planClass(instructor);
      const { seatId, seatSecret } = await join(instructor, detail);
      const keep = { seatId, seatSecret };
      expect(await refused(campus.visitor(), detail, { keep, name: 'Bob' })).toBe('seat-wrong');
      const other = await join(await campus.signUp('Successor'), detail, { keep });
      expect(other).toMatchObject({ name: 'Successor', role: 'student' });
      expect(other.seatId).not.toBe(seatId);
      expect(await join(instructor, detail, { keep })).toMatchObject({ ...keep, name: 'Ada', role: 'instructor' });
    });

    describe('to an account’s seat', () => {
      const opens = ({ classId, seatId, seatSecret }: Seat) =>
        campus.parts.seats.authenticateSeat(classId, seatId, seatSecret).then(
          () => true,
          () => false,
        );
      const elsewhere = async (name: string) => {
        const visitor = campus.visitor();
        await visitor.ask('POST', '/api/session', { email: `${name.toLowerCase()}@campus.test`, password: PASSWORD });
        return visitor;
      };
      const next = 'another long password';
      /** Whom the running classes were told to let go. */
      const shutSeats = () => campus.told.flatMap((told) => (told[0] === 'seatsShut' ? told[1] : []));

      it('shuts with signing out, for what was taken under that sign-in alone', async () => {
        const [first, second] = [await campus.planClass(instructor), await campus.planClass(instructor)];
        const atTheHall = await campus.signUp('Walker');
        const atHome = await elsewhere('Walker');
        const [left, kept] = [await join(atTheHall, first), await join(atHome, second)];
        campus.told.length = 0;
        await atTheHall.ask('DELETE', '/api/session');
        expect([await opens(left), await opens(kept)]).toEqual([false, true]);
        expect(shutSeats()).toEqual([{ classId: left.classId, seatId: left.seatId }]);
        expect(await join(atHome, first)).toMatchObject({ seatId: left.seatId });
      });

      it('shuts when somebody else signs in at the same browser, which the classes that have not ended are told', async () => {
        const [detail, over] = [await campus.planClass(instructor), await campus.planClass(instructor)];
        const browser = await campus.signUp('Former');
        await campus.signUp('Present');
        const [seat, past] = [await join(browser, detail), await join(browser, over)];
        await campus.database.query(`update class set status = 'ended' where class_id = $1`, [over.classId]);
        campus.told.length = 0;
        await browser.ask('POST', '/api/session', { email: 'present@campus.test', password: PASSWORD });
        expect([await opens(seat), await opens(past)]).toEqual([false, false]);
        expect(shutSeats()).toEqual([{ classId: seat.classId, seatId: seat.seatId }]);
      });

      it('stays open to a page whose sign-in has run out meanwhile', async () => {
        const detail = await campus.planClass(instructor);
        const student = await campus.signUp('Dozer');
        const seat = await join(student, detail);
        campus.pass(15 * DAY_MS);
        expect(await student.ask('GET', '/api/session')).toEqual({ account: null });
        expect(await opens(seat)).toBe(true);
        await instructor.ask('POST', '/api/session', { email: 'ada@campus.test', password: PASSWORD });
      });

      it('stays open when its account signs in again at the same browser, and shuts with that sign-in then', async () => {
        const detail = await campus.planClass(instructor);
        const student = await campus.signUp('Returner');
        const seat = await join(student, detail);
        campus.pass(15 * DAY_MS);
        campus.told.length = 0;
        await student.ask('POST', '/api/session', { email: 'returner@campus.test', password: PASSWORD });
        expect(await opens(seat)).toBe(true);
        expect(shutSeats()).toEqual([]);
        await student.ask('DELETE', '/api/session');
        expect(await opens(seat)).toBe(false);
        await instructor.ask('POST', '/api/session', { email: 'ada@campus.test', password: PASSWORD });
      });

      it('shuts when the password is changed elsewhere, which the running classes are told', async () => {
        const [first, second] = [await campus.planClass(instructor), await campus.planClass(instructor)];
        const changer = await campus.signUp('Mover');
        const [own, other] = [await join(changer, first), await join(await elsewhere('Mover'), second)];
        campus.told.length = 0;
        await changer.ask('PATCH', '/api/account', { password: { current: PASSWORD, next } });
        expect([await opens(own), await opens(other)]).toEqual([true, false]);
        const { classId, seatId } = other;
        expect(shutSeats()).toEqual([{ classId, seatId }]);
      });

      it('shuts when the password is reset, whoever holds it', async () => {
        const detail = await campus.planClass(instructor);
        const student = await campus.signUp('Resetter');
        const { classId, seatId, ...seat } = await join(student, detail);
        const { account } = await student.ask<Session>('GET', '/api/session');
        const path = `/api/accounts/${account?.accountId ?? ''}/password-reset`;
        const { url } = await instructor.ask<{ url: string }>('POST', path);
        campus.told.length = 0;
        await student.ask('POST', `/api/password-resets/${tokenOf(url)}`, { password: next });
        expect(await opens({ classId, seatId, ...seat })).toBe(false);
        expect(shutSeats()).toEqual([{ classId, seatId }]);
        expect(await join(student, detail)).toMatchObject({ seatId });
      });
    });

    it('seats whoever signed in since as the account, not as the guest from before', async () => {
      const detail = await campus.planClass(instructor);
      const { seatId, seatSecret } = await join(campus.visitor(), detail, { name: 'Ada, before signing in' });
      const seat = await join(instructor, detail, { keep: { seatId, seatSecret } });
      expect(seat).toMatchObject({ role: 'instructor', name: 'Ada' });
      expect(seat.seatId).not.toBe(seatId);
    });

    it('refuses guests where the class does not want them, and takes any account', async () => {
      const detail = await campus.planClass(instructor, { guestsAllowed: false });
      expect(await refused(campus.visitor(), detail, { name: 'Guest' })).toBe('guests-not-allowed');
      expect(await refused(await campus.signUp('Enrolled'), detail)).toBeUndefined();
    });

    it('is locked for new students, open for whoever has a seat and for staff', async () => {
      const detail = await campus.planClass(instructor);
      const guest = await join(campus.visitor(), detail, { name: 'Early' });
      const student = await campus.signUp('Seated');
      await join(student, detail);
      await campus.parts.seats.noteArrival(guest.seatId, campus.clock.now);
      await campus.parts.classes.setLocked(detail.classId, true);
      expect(await refused(campus.visitor(), detail, { name: 'Late' })).toBe('class-locked');
      expect(await refused(await campus.signUp('Latecomer'), detail)).toBe('class-locked');
      const keep = { seatId: guest.seatId, seatSecret: guest.seatSecret };
      expect(await refused(campus.visitor(), detail, { keep })).toBeUndefined();
      expect(await refused(student, detail)).toBeUndefined();
      expect(await refused(instructor, detail)).toBeUndefined();
      await campus.parts.classes.setLocked(detail.classId, false);
      expect(await refused(campus.visitor(), detail, { name: 'Late' })).toBeUndefined();
    });

    it('tells an account, and nobody else, that it is in the class on another page', async () => {
      const detail = await campus.planClass(instructor);
      const url = `/api/join/${detail.joinCode}`;
      const { seatId } = await join(instructor, detail);
      expect(await instructor.ask('GET', url)).toMatchObject({ inside: false });
      inside.add(seatId);
      expect(await instructor.ask('GET', url)).toMatchObject({ inside: true });
      expect(await campus.visitor().ask('GET', url)).toMatchObject({ inside: false });
      expect(await (await campus.signUp('Bystander')).ask('GET', url)).toMatchObject({ inside: false });
    });

    it('stays shut for whoever was removed, by kept seat and by account', async () => {
      const detail = await campus.planClass(instructor);
      const { seatId, seatSecret } = await join(campus.visitor(), detail, { name: 'Troll' });
      const account = await campus.signUp('Trouble');
      const seat = await join(account, detail);
      const { seats } = campus.parts;
      await seats.removeSeat(detail.classId, seatId, campus.clock.now);
      await seats.removeSeat(detail.classId, seat.seatId, campus.clock.now);
      expect(await refused(campus.visitor(), detail, { keep: { seatId, seatSecret } })).toBe('removed');
      expect(await refused(account, detail)).toBe('removed');
      expect(await account.ask('GET', `/api/join/${detail.joinCode}`)).toMatchObject({ removed: true });
      expect(await instructor.ask('GET', `/api/join/${detail.joinCode}`)).toMatchObject({ removed: false });
      await expect(seats.authenticateSeat(detail.classId, seatId, seatSecret)).rejects.toMatchObject({
        code: 'removed',
      });
      const unknown = seats.removeSeat(detail.classId, randomUUID() as SeatId, campus.clock.now);
      await expect(unknown).rejects.toMatchObject({ code: 'not-found' });
    });

    it('is closed to everybody once the class has ended', async () => {
      const detail = await campus.planClass(instructor);
      const { seatId, seatSecret } = await join(campus.visitor(), detail, { name: 'Guest' });
      await campus.parts.classes.setClassStatus(detail.classId, 'live', campus.clock.now);
      await campus.parts.classes.setClassStatus(detail.classId, 'ended', campus.clock.now);
      expect(await refused(campus.visitor(), detail, { name: 'Guest' })).toBe('class-ended');
      expect(await refused(campus.visitor(), detail, { keep: { seatId, seatSecret } })).toBe('class-ended');
      expect(await refused(instructor, detail)).toBe('class-ended');
      expect(await campus.visitor().ask('GET', `/api/join/${detail.joinCode}`)).toMatchObject({
        card: { status: 'ended' },
      });
    });

    it('takes a whole campus from one address', async () => {
      const detail = await campus.planClass(instructor);
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          refused(campus.visitor('192.0.2.9'), detail, { name: `Student ${index}` }),
        ),
      );
      expect(answers.filter((answer) => answer !== undefined)).toEqual([]);
    }, 90_000);

    it('gives a script from one address no end of guest seats, and those who knock in vain nothing to pay for', async () => {
      const detail = await campus.planClass(instructor);
      const address = '192.0.2.10';
      const knock = (body: object = { name: 'Script' }) => refused(campus.visitor(address), detail, body);
      await campus.parts.classes.setLocked(detail.classId, true);
      expect(await knock()).toBe('class-locked');
      await campus.parts.classes.setLocked(detail.classId, false);
      const given = await join(campus.visitor(), detail, { name: 'First' });
      const take = vi.spyOn(campus.parts.seats, 'takeSeat').mockImplementation(() => Promise.resolve(given));
      const answers = new Set<string | undefined>();
      for (let count = 0; count < 4_000; count += 1) answers.add(await knock());
      expect([...answers]).toEqual([undefined]);
      expect(await knock()).toBe('too-many');
      take.mockRestore();
      const account = await campus.signUp('Neighbour');
      expect(await refused(account, detail)).toBeUndefined();
      expect(await refused(campus.visitor('192.0.2.11'), detail, { name: 'Elsewhere' })).toBeUndefined();
      campus.pass(60_000);
      expect(await knock()).toBeUndefined();
    }, 90_000);

    it('knows an assistant who was made an instructor since by the new role', async () => {
      const detail = await campus.planClass(instructor);
      const assistant = await campus.signUp('Riser');
      await assistant.ask('POST', await invite(detail.courseId, 'assistant'));
      const { seatId, seatSecret, role } = await join(assistant, detail);
      expect(role).toBe('assistant');
      await assistant.ask('POST', await invite(detail.courseId, 'instructor'));
      const seat = await campus.parts.seats.authenticateSeat(detail.classId, seatId, seatSecret);
      expect(seat.role).toBe('instructor');
      const [row] = await campus.database.query('select role from seat where seat_id = $1', [seatId]);
      expect(row).toEqual({ role: 'instructor' });
    });

    it('refuses names that would deceive others', async () => {
      const detail = await campus.planClass(instructor);
      for (const name of ['', ' ', 'a\nb', 'Ada\u202E', 'x'.repeat(81), '\u200B']) {
        expect(await refused(campus.visitor(), detail, { name }), JSON.stringify(name)).toBe('bad-request');
      }
    });
  });

  describe('the institution', () => {
    const change = { responsibleBody: 'Campus', contact: 'c', signalMode: 'cohort' };

    it('permits what its mode and its jurisdiction both allow', async () => {
      for (const [jurisdiction, signalMode, permitted] of [
        ['eu', 'cohort', { device: true, cohort: true }],
        ['eu', 'device', { device: true, cohort: false }],
        ['eu', 'off', { device: false, cohort: false }],
        ['other', 'cohort', { device: true, cohort: false }],
        ['us-illinois', 'cohort', { device: false, cohort: false }],
      ] as const) {
        const answer = await instructor.ask('PUT', '/api/institution', { ...change, jurisdiction, signalMode });
        expect(answer).toMatchObject({ jurisdiction, signalMode, permitted, signalFixed: false, setUp: true });
        expect(await campus.visitor().ask('GET', '/api/institution')).toEqual(answer);
      }
    });

    it('has the rules of before when the new ones could not be saved', async () => {
      const before = await campus.visitor().ask('GET', '/api/institution');
      const run = campus.database.transaction.bind(campus.database);
      const transaction = vi.spyOn(campus.database, 'transaction').mockImplementationOnce((work) =>
        run(async (database) => {
          await work(database);
          throw new Error('the commit failed');
        }),
      );
      const rules = { ...change, responsibleBody: 'Lost', jurisdiction: 'eu' };
      expect(await instructor.refusal('PUT', '/api/institution', rules)).toBe('internal');
      expect(await campus.visitor().ask('GET', '/api/institution')).toEqual(before);
      transaction.mockRestore();
    });

    it('is overruled by LECTERN_SIGNAL, and shows that', async () => {
      const fixed = await Campus.open({ config: { signalMode: 'off' } });
      expect(await fixed.visitor().ask('GET', '/api/institution')).toMatchObject({
        signalMode: 'off',
        signalFixed: true,
      });
      const operator = await fixed.setUp();
      expect(await operator.ask('GET', '/api/institution')).toMatchObject({
        setUp: true,
        signalMode: 'off',
        signalFixed: true,
        permitted: { device: false, cohort: false },
      });
      await fixed.close();
    }, 90_000);
  });
});

describe('running classes that cannot be told of a change', () => {
  it('do not turn what was saved into a failure, and stand in the log', async () => {
    const campus = await Campus.open({ tell: () => Promise.reject(new Error('nobody listens')) });
    const instructor = await campus.setUp();
    const { classId } = await campus.planClass(instructor);
    const rules = { responsibleBody: 'Campus', contact: 'c', jurisdiction: 'eu', signalMode: 'device' };
    expect(await instructor.ask('PUT', '/api/institution', rules)).toMatchObject({ signalMode: 'device' });
    expect(await instructor.ask('PATCH', `/api/classes/${classId}`, { title: 'Ideals' })).toMatchObject({
      title: 'Ideals',
    });
    await instructor.ask('DELETE', `/api/classes/${classId}`, { status: 'planned' });
    expect(campus.told.map(([kind]) => kind)).toEqual(['institutionChanged', 'classChanged', 'classCancelled']);
    expect(campus.log.match(/running classes could not be told/g)).toHaveLength(3);
    await campus.close();
  }, 60_000);
});
