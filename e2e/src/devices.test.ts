import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { heardEnergy } from './harness/probe.ts';

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let classroom: Classroom;

beforeAll(async () => {
  classroom = await Classroom.build();
});

afterAll(() => classroom.close());

/** An instructor in the lobby who has just clicked for camera and microphone. */
async function asks(devices: 'refused' | 'no-camera'): Promise<Person> {
  const ada = await classroom.instructor({ devices });
  await ada.press('Turn on camera and microphone');
  return ada;
}

it('has words and a way on for a permission that was not given', async () => {
  const ada = await asks('refused');
  await ada.page.getByText('Camera: Permission was not given.').waitFor();
  await ada.page.getByText('Microphone: Permission was not given.').waitFor();
  await ada.page.getByText('Click the camera or lock sign beside the address').first().waitFor();
  await ada.press('Try again');
  await ada.page.getByText('Camera: Permission was not given.').waitFor();
  await ada.button('Start the class').waitFor();
  await ada.close();
});

it('has words for a missing camera, which does not cost the microphone', async () => {
  const ada = await asks('no-camera');
  await ada.page.getByText('Camera: No device was found.').waitFor();
  await ada.page.getByRole('meter', { name: 'Microphone level' }).waitFor();
  await ada.close();
});

it('has words for a camera that another program holds', async () => {
  const ada = await classroom.instructor();
  // Chromium's fake camera is never busy: the browser's answer is the one thing here that is not the browser's.
  await ada.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('busy', 'NotReadableError'));
  });
  await ada.press('Turn on camera and microphone');
  await ada.page.getByText('Camera: Another program is using it.').waitFor();
  await ada.page.getByText('Close other video calls and try again.').first().waitFor();
  await ada.close();
});

it('has words for a page that is not secure, where a student follows the class all the same', async () => {
  const ada = await classroom.instructor();
  await ada.startClass();
  const { port } = new URL(classroom.url);
  const berta = await classroom.visitor('Berta', {
    flags: ['--host-resolver-rules=MAP lectern.test 127.0.0.1'],
    // Without https a page sees the browser's name alone, and a headless one's is not among those that are known.
    context: { userAgent: USER_AGENT },
  });
  await berta.join({ url: `http://lectern.test:${port}`, joinCode: classroom.joinCode });
  await berta.sees('Ada Lovelace');
  await berta.press('Take part');
  await berta.page.getByText('Camera: This page is not secure.').waitFor();
});

it('says to a browser without WebRTC that it cannot show the class', async () => {
  const dora = await classroom.visitor('Dora', { context: { userAgent: 'Mozilla/5.0 (compatible; Antique 1.0)' } });
  await dora.page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, 'userAgentData');
  });
  await dora.join(classroom);
  // Shown and spoken.
  await dora.page.getByText('This browser cannot show the class').first().waitFor();
  await dora.button('Raise your hand').waitFor();
});

it('offers a click where the browser holds the sound back', async () => {
  const carl = await classroom.student('Carl');
  await carl.sees('Ada Lovelace');
  // A page that is opened by its address has had no click. Whatever the test asks of a page counts as one: it listens first.
  const page = await carl.browser.context.newPage();
  await page.addInitScript(() => {
    const play = Reflect.get(HTMLMediaElement.prototype, 'play');
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      const playing = play.call(this);
      playing.catch((error: unknown) => {
        console.info(`play: ${String(error)}`);
      });
      return playing;
    };
  });
  const refused = page.waitForEvent('console', (message) => message.text().includes('NotAllowedError'));
  const address = carl.page.url();
  // In another tab of the class one would be asked first.
  await carl.page.close();
  await page.goto(address);
  await refused;
  const turnOn = page.getByRole('button', { name: 'Turn on the sound' });
  await page.getByText('Your browser holds the sound back').first().waitFor();
  await turnOn.click();
  await turnOn.waitFor({ state: 'detached' });
  await expect.poll(() => heardEnergy(page)).toBeGreaterThan(0);
  expect(carl.errors).toEqual([]);
});
