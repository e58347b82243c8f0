import type { WireRtpCapabilities } from '@lectern/contracts';
import type * as MediasoupClient from 'mediasoup-client';

type Library = typeof MediasoupClient;
type Device = MediasoupClient.types.Device;

/**
 * The WebRTC library of this page: fetched when a class is entered, so that the join page does not carry it, and told
 * once what the server's routers can do.
 */
export class MediaDevice {
  #library: Promise<Library> | null = null;
  #device: Promise<Device> | null = null;

  /** Starts the download of the library without waiting for it. */
  prepare(): void {
    this.#fetchLibrary().catch(() => undefined);
  }

  /** The loaded device. Rejects when the library cannot be fetched or the browser is not supported; may be called again. */
  load(routerRtpCapabilities: WireRtpCapabilities): Promise<Device> {
    this.#device ??= this.#load(routerRtpCapabilities).catch((error: unknown) => {
      this.#device = null;
      throw error;
    });
    return this.#device;
  }

  async #load(capabilities: WireRtpCapabilities): Promise<Device> {
    const { Device } = await this.#fetchLibrary();
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: capabilities as MediasoupClient.types.RtpCapabilities });
    return device;
  }

  #fetchLibrary(): Promise<Library> {
    this.#library ??= import('mediasoup-client').catch((error: unknown) => {
      this.#library = null;
      throw error;
    });
    return this.#library;
  }
}
