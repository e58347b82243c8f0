import type { ChromiumOptions } from '@lectern/testbed';
import type { Classroom } from '../harness/classroom.ts';
import type { Person } from '../harness/person.ts';
import type { Studio } from './studio.ts';

const WINDOW = { wholePage: false } as const;
const ANTIQUE = 'Mozilla/5.0 (compatible; Antique 1.0)';

/** What is said when camera, microphone, sound or pictures cannot be had. */
export async function shootDevices(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  await shootLobbies(studio, classroom, look);
  const ada = await classroom.instructor(look);
  await ada.startClass();
  const berta = await classroom.student('Berta', { ...look, devices: 'refused' });
  await berta.press('Take part');
  await berta.button('Try again').waitFor();
  await studio.shoot('taking-part-refused', berta.page, WINDOW);
  await berta.close();
  await shootWithoutPictures(studio, classroom, look);
  await shootSecondTab(studio, await classroom.student('Carl Friedrich Gauss', look));
}

/** The instructor's device check, which stops nobody from starting the class. */
async function shootLobbies(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  for (const trouble of ['refused', 'no-camera', 'in-use'] as const) {
    // A camera played from a file would be there all the same.
    const { camera: _, ...bare } = look;
    const ada = await classroom.instructor(trouble === 'in-use' ? look : { ...bare, devices: trouble });
    if (trouble === 'in-use') await takeDevicesAway(ada);
    await ada.press('Turn on camera and microphone');
    await ada.button('Try again').first().waitFor();
    await studio.shoot(`lobby-${trouble}`, ada.page);
    await ada.close();
  }
}

/** As when another program holds them: Chromium's fake camera is never busy. */
async function takeDevicesAway({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('busy', 'NotReadableError'));
  });
}

async function shootWithoutPictures(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const dora = await classroom.visitor('Dora', { ...look, context: { ...look.context, userAgent: ANTIQUE } });
  await dora.page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, 'userAgentData');
  });
  await dora.join(classroom);
  await dora.page.getByText('This browser cannot show the class').first().waitFor();
  await studio.shoot('unsupported', dora.page, WINDOW);
  await dora.close();

  const emil = await classroom.visitor('Emil', look);
  await emil.page.addInitScript(() => {
    // No address of the server's reaches the browser, as behind a firewall.
    const { prototype } = RTCPeerConnection;
    const accept: (answer: RTCSessionDescriptionInit) => Promise<void> = Reflect.get(prototype, 'setRemoteDescription');
    Object.assign(prototype, {
      setRemoteDescription(this: RTCPeerConnection, { type, sdp = '' }: RTCSessionDescriptionInit) {
        return accept.call(this, { type, sdp: sdp.replaceAll(/^a=candidate.*\r\n/gm, '') });
      },
    });
  });
  await emil.join(classroom);
  await emil.page.getByText('Sound and picture do not come through').first().waitFor();
  await studio.shoot('media-blocked', emil.page, WINDOW);
  await emil.close();
}

/** The newer tab, which has had no click and may not play sound, and the older one, whose place it took. */
async function shootSecondTab(studio: Studio, carl: Person): Promise<void> {
  const page = await carl.browser.context.newPage();
  // Whatever is asked of a page for a picture counts as a click: a browser would play the sound then.
  await page.addInitScript(() => {
    HTMLAudioElement.prototype.play = () => Promise.reject(new DOMException('no click', 'NotAllowedError'));
  });
  await page.goto(carl.page.url());
  const useHere = page.getByRole('button', { name: 'Use it here' });
  await useHere.waitFor();
  await studio.shoot('another-tab', page);
  await useHere.click();
  await page.getByText('Your browser holds the sound back').first().waitFor();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0);
  await studio.shoot('sound-held-back', page, WINDOW);
  await carl.button('Use here').waitFor();
  await studio.shoot('taken-over', carl.page);
}
