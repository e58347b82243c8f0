/** Smooth noise in space, -1..1, the same for a seed on every machine. Written out: a face takes millions of it. */
export function noise3(x: number, y: number, z: number, seed: number): number {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [u, v, w] = [ease(x - ix), ease(y - iy), ease(z - iz)];
  const [xa, ya, za] = [Math.imul(ix, X_STEP), Math.imul(iy, Y_STEP), Math.imul(iz, Z_STEP) ^ seed];
  const [xb, yb, zb] = [Math.imul(ix + 1, X_STEP), Math.imul(iy + 1, Y_STEP), Math.imul(iz + 1, Z_STEP) ^ seed];
  const near = mix(
    mix(scatter(xa ^ ya ^ za), scatter(xb ^ ya ^ za), u),
    mix(scatter(xa ^ yb ^ za), scatter(xb ^ yb ^ za), u),
    v,
  );
  const far = mix(
    mix(scatter(xa ^ ya ^ zb), scatter(xb ^ ya ^ zb), u),
    mix(scatter(xa ^ yb ^ zb), scatter(xb ^ yb ^ zb), u),
    v,
  );
  return mix(near, far, w);
}

const X_STEP = 0x27d4eb2d;
const Y_STEP = 0x165667b1;
const Z_STEP = 0x9e3779b1;

/** A value of -1..1 for a lattice point. */
function scatter(point: number): number {
  let mixed = Math.imul(point ^ (point >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2_147_483_647.5 - 1;
}

export function smoothstep(low: number, high: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return share * share * (3 - 2 * share);
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
