import { chromium, type Browser } from 'playwright-core';
import { requireChromium } from '../../scripts/chromium.ts';

/** Starts the machine's Chromium, headless and on its own: software GL, no update, no network of its own. */
export async function launchChromium(extraArgs: readonly string[] = []): Promise<Browser> {
  const executablePath = await requireChromium();
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      ...extraArgs,
    ],
  });
}
