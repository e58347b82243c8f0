/** How one person's face stands in one frame; angles in degrees, in the head's own frame for the eyes. */
export interface FaceState {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  /** The visual axis, from the middle between the eyes to what is looked at (of both eyes; of the fixing one for strabismus). */
  readonly eyeYawDeg: number;
  readonly eyePitchDeg: number;
  /** 0 open, 1 closed. */
  readonly lids: number;
  /** 0 closed, 1 wide. */
  readonly jawOpen: number;
  /** Distance of what is looked at, for the eyes to converge on; 60 when left out. */
  readonly gazeDistanceCm?: number;
  /** 0..1 each. */
  readonly squint?: number;
  readonly browRaise?: number;
  readonly smile?: number;
}
