import type { Actor, FaceFamily, WantedLooks } from './family.ts';

/** Identities from here on are bystanders and faces on posters; they are in no part of the design. */
export const BYSTANDERS_FROM = 100_000;

/**
 * The same family, which keeps the last person: painting one costs as much as dozens of frames, and an identity's clips follow each
 * other. That person is disposed of when another identity comes; bystanders are made and disposed of as ever.
 */
export function keepingLast(family: FaceFamily): FaceFamily {
  let kept: { readonly key: string; readonly actor: Actor } | null = null;
  return {
    name: family.name,
    actor(identity: number, wanted: WantedLooks): Actor {
      if (identity >= BYSTANDERS_FROM) return family.actor(identity, wanted);
      const key = JSON.stringify([identity, wanted]);
      if (kept?.key !== key) {
        kept?.actor.dispose();
        kept = { key, actor: family.actor(identity, wanted) };
      }
      return lent(kept.actor);
    },
  };
}

/** Whoever has it may do anything with it but throw it away. */
function lent(actor: Actor): Actor {
  return {
    object: actor.object,
    looks: actor.looks,
    get eyesAt() {
      return actor.eyesAt;
    },
    pose(state) {
      actor.pose(state);
    },
    reflect(screen, brightness) {
      actor.reflect(screen, brightness);
    },
    dispose() {
      actor.object.removeFromParent();
    },
  };
}
