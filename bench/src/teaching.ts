import type { Page } from 'playwright-core';

/** From the lobby: camera and microphone on, and the class begins. */
export async function teachWithCamera(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Turn on camera and microphone' }).click();
  await page.getByLabel('Preview of your camera').waitFor();
  await page.getByRole('button', { name: 'Start the class' }).click();
  await page.locator('video').first().waitFor();
}

/** A guest, from the join page on. */
export async function enterAsGuest(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}
