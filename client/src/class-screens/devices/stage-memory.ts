import { tabStorage, type DeviceStorage } from '../../app/device-storage.ts';

/** What of somebody's own was on the stage, with the ids of its devices. */
export interface OnStage {
  readonly camera?: string | undefined;
  readonly microphone?: string | undefined;
  readonly muted?: boolean;
  readonly screen?: boolean;
}

const key = (classId: string): string => `lectern.on-stage.${classId}`;

/** What was on when this tab last showed the class; null when nothing was, or it cannot be read. */
export function keptOnStage(classId: string, storage: DeviceStorage = tabStorage): OnStage | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key(classId)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { camera, microphone, muted, screen }: Partial<Record<string, unknown>> = { ...kept };
    return {
      camera: typeof camera === 'string' ? camera : undefined,
      microphone: typeof microphone === 'string' ? microphone : undefined,
      muted: muted === true,
      screen: screen === true,
    };
  } catch {
    return null;
  }
}

/** Keeps it for the next page of this tab, for nothing but the offer to turn it on again; null forgets it. */
export function keepOnStage(classId: string, on: OnStage | null, storage: DeviceStorage = tabStorage): void {
  if (on === null) storage.removeItem(key(classId));
  else storage.setItem(key(classId), JSON.stringify(on));
}

/** Whether the others saw or heard any of it. */
export function wasSeenOrHeard({ camera, microphone, muted, screen }: OnStage): boolean {
  return camera !== undefined || (microphone !== undefined && muted !== true) || screen === true;
}
