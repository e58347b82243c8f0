import { eyeInputs } from './eye-inputs.ts';
import type { EyeLooks } from './gaze.ts';
import type { Scorer } from './scorer.ts';
import type { SeenFace } from './vision.ts';

/** What both eyes of a face do, as the model's eye head reads them. Rejects when the model fails. */
export async function readEyes(scorer: Scorer, { left, right, offLens, eyes }: SeenFace): Promise<EyeLooks> {
  const [leftLook, rightLook] = await scorer.lookAtEyes([
    { picture: eyes.left, inputs: eyeInputs(left, offLens, 'left') },
    { picture: eyes.right, inputs: eyeInputs(right, offLens, 'right') },
  ]);
  if (leftLook === undefined || rightLook === undefined) throw new Error('the model read fewer eyes than it was given');
  return { left: leftLook, right: rightLook };
}
