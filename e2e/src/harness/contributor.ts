import { parseDatagram, type SignalDatagram } from '@lectern/contracts';
import type { Locator } from 'playwright-core';
import type { Person } from './person.ts';
import { dataMessages } from './probe.ts';
import { until } from './until.ts';

/** Says yes on the card and to the preview, and waits until the device measures. */
export async function takePart(person: Person): Promise<void> {
  await sayYes(person, await askToTakePart(person));
}

/** Says on the card that one would, and gives the question with the preview: nothing is permitted yet. */
export async function askToTakePart(person: Person): Promise<Locator> {
  await person.press('Take part');
  const question = person.page.getByRole('dialog');
  await question.getByLabel('Preview of your camera').waitFor();
  return question;
}

/** Permits it, and waits until the device measures. */
export async function sayYes(person: Person, question: Locator): Promise<void> {
  await question.getByRole('button', { name: 'Take part', exact: true }).click();
  await person.page.getByText('Taking part', { exact: true }).first().waitFor({ timeout: 60_000 });
}

/** Takes the permission back under My privacy. */
export async function stopTakingPart(person: Person): Promise<void> {
  await person.press('My privacy');
  await person.page.getByRole('switch', { name: 'Help your teacher read the room' }).click();
}

/** Turns reminders on under My privacy, and waits until the device measures for the student alone. */
export async function turnRemindersOn(person: Person): Promise<void> {
  await person.press('My privacy');
  await person.page.getByRole('switch', { name: 'Reminders for myself' }).click();
  const question = person.page.getByRole('dialog');
  await question.getByLabel('Preview of your camera').waitFor();
  await question.getByRole('button', { name: 'Turn on', exact: true }).click();
  await question.waitFor({ state: 'detached' });
  await person.page.getByText('Camera: this device only', { exact: true }).first().waitFor();
  await person.press('My privacy');
}

/** Each message that left by the data channel, parsed; null where one is not a datagram of the protocol. */
export async function datagrams(person: Person): Promise<(SignalDatagram | null)[]> {
  return (await dataMessages(person.page)).map((hex) => parseDatagram(Buffer.from(hex, 'hex')));
}

/** The newest datagram, once `accept` likes it. */
export async function untilDatagram(
  person: Person,
  what: string,
  accept: (newest: SignalDatagram) => boolean,
  timeoutMs = 45_000,
): Promise<SignalDatagram> {
  const newest = await until(
    what,
    async () => (await datagrams(person)).at(-1) ?? null,
    (datagram) => datagram !== null && accept(datagram),
    timeoutMs,
  );
  if (newest === null) throw new Error('unreachable: until() accepted a datagram');
  return newest;
}

/** The score of a datagram; null where the device abstained. */
export function scoreOf({ outcome }: SignalDatagram): number | null {
  return outcome.kind === 'score' ? outcome.score : null;
}
