import { PersonalBrowser, signIn, type ChromiumOptions, type HttpSession } from '@lectern/testbed';
import type { Locator, Page } from 'playwright-core';
import { heardEnergy, installProbe } from './probe.ts';
import { until } from './until.ts';

/** A test machine has two cores for all browsers: ten pictures a second are enough to see that pictures come. */
const SLOW_CAMERA = ['--use-fake-device-for-media-stream=fps=10'];

/** More stops of the Tab key than any page has: once around. */
const MOST_STOPS = 80;

/** Where a class is, for a person who has the link. */
export interface Door {
  readonly url: string;
  readonly joinCode: string;
}

/** One person in a browser of their own, who uses the product by what stands on its buttons. */
export class Person {
  readonly name: string;
  readonly page: Page;
  readonly browser: PersonalBrowser;

  private constructor(name: string, browser: PersonalBrowser, page: Page) {
    this.name = name;
    this.browser = browser;
    this.page = page;
  }

  static async arrive(name: string, options: ChromiumOptions = {}): Promise<Person> {
    const slow = options.devices === undefined ? SLOW_CAMERA : [];
    const browser = await PersonalBrowser.launch({ ...options, flags: [...slow, ...(options.flags ?? [])] });
    try {
      await installProbe(browser.context);
      const page = await browser.page();
      page.setDefaultTimeout(30_000);
      return new Person(name, browser, page);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Opens the join page, as a guest or with an account's session, and goes in. */
  async join({ url, joinCode }: Door, session?: HttpSession): Promise<void> {
    if (session !== undefined) await signIn(this.browser, url, session);
    await this.page.goto(`${url}/c/${joinCode}`);
    if (session === undefined) await this.page.getByLabel('Your name').fill(this.name);
    await this.press('Join');
    await this.page.waitForURL('**/class/**');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).first().click();
  }

  /** Moves the focus there by the Tab key alone. */
  async tabTo(
    name: string | RegExp,
    role: 'button' | 'textbox' = 'button',
    within: Page | Locator = this.page,
  ): Promise<void> {
    const target = within.getByRole(role, { name, exact: typeof name === 'string' }).first();
    await target.waitFor();
    const reached = () => target.evaluate((node) => node === node.ownerDocument.activeElement);
    for (let presses = 0; presses < MOST_STOPS; presses++) {
      if (await reached()) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`the Tab key does not lead to ${String(name)}`);
  }

  /** The instructor's lobby: devices on, and the class begins. */
  async startClass(): Promise<void> {
    await this.press('Turn on camera and microphone');
    await this.page.getByLabel('Preview of your camera').waitFor();
    await this.press('Start the class');
    await this.page.getByText('Live', { exact: true }).first().waitFor();
  }

  /** Opens one of the tabs beside the stage; staff only. */
  async tab(name: RegExp): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  picture(of: string): Locator {
    return this.page.locator(`video[aria-label="${of}"]`);
  }

  /** Resolves once pictures of this tile are decoded, ten more than there were. */
  async sees(of: string, timeoutMs = 20_000): Promise<void> {
    const video = this.picture(of);
    await video.waitFor({ timeout: timeoutMs });
    const frames = () => video.evaluate((node: HTMLVideoElement) => node.getVideoPlaybackQuality().totalVideoFrames);
    await until(`pictures of ${of}`, frames, grown(await frames(), 10), timeoutMs);
  }

  async seesNoMore(of: string): Promise<void> {
    await this.picture(of).waitFor({ state: 'detached' });
  }

  /** Loses the network, and notices. */
  async loseNetwork(): Promise<void> {
    await this.browser.context.setOffline(true);
    await this.noticesLoss();
  }

  async regainNetwork(): Promise<void> {
    await this.browser.context.setOffline(false);
  }

  async noticesLoss(): Promise<void> {
    await this.page.getByText('The connection is lost. Trying again…').first().waitFor();
  }

  /** Resolves once sound arrives that is more than silence. */
  async hears(timeoutMs = 20_000): Promise<void> {
    const energy = () => heardEnergy(this.page);
    await until('sound', energy, grown(await energy(), 1e-4), timeoutMs);
  }

  /** Errors of scripts and console, without those that a lost network leaves by itself. */
  get errors(): readonly string[] {
    return this.browser.errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED/.test(error));
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Says whether a count has grown by more than this; one that begins anew with another element or transport counts from there. */
function grown(from: number, by: number): (now: number) => boolean {
  let before = from;
  return (now) => {
    before = Math.min(before, now);
    return now > before + by;
  };
}
