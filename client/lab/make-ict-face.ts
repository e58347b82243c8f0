import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packHead, type HeadLayout } from './ict-face/pack.ts';
import { HEADS } from './lab-files.ts';

/**
 * Packs the morphable head from a checkout of ICT-FaceKit: `node client/lab/make-ict-face.ts FOLDER [--out DIR]`. Needed only where the packed
 * one cannot be had. Exits with 1 when what comes out is not, byte for byte, the head that the lab's data was made with.
 */
const COMMIT = 'da5f95a607f5e6b37755b38d3385d7f2853732e5';
const IDENTITY_MODES = 50;
const EXPRESSIONS = [
  ...['eyeBlink', 'eyeLookDown', 'eyeLookIn', 'eyeLookOut', 'eyeLookUp', 'eyeSquint', 'eyeWide'].flatMap(bothSides),
  'jawOpen',
  ...bothSides('mouthSmile'),
  'mouthPucker',
  ...['mouthFrown', 'browInnerUp', 'browDown', 'cheekPuff'].flatMap(bothSides),
];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const [checkout] = positionals;
if (checkout === undefined) {
  process.stderr.write(
    `Name the folder of a checkout of github.com/ICT-VGL/ICT-FaceKit at commit ${COMMIT}:\n  node client/lab/make-ict-face.ts FOLDER --out shared/media/ict-face\n`,
  );
  process.exitCode = 2;
} else {
  await pack(checkout, values.out ?? 'ict-face');
}

async function pack(folder: string, out: string): Promise<void> {
  const read = (name: string): Promise<string> => readFile(join(folder, 'FaceXModel', name), 'utf8');
  const identities = Array.from({ length: IDENTITY_MODES }, (_, i) => `identity${String(i).padStart(3, '0')}`);
  const modes: { name: string; mesh: string }[] = [];
  for (const name of [...identities, ...EXPRESSIONS]) modes.push({ name, mesh: await read(`${name}.obj`) });
  const indices = JSON.parse(await read('vertex_indices.json')) as {
    readonly idx_to_landmark_verts?: readonly number[];
  };
  const landmarks68 = indices.idx_to_landmark_verts;
  if (landmarks68?.length !== 68)
    throw new Error('vertex_indices.json names no 68 landmarks: is this the light model?');
  const { description, bytes } = packHead(
    { neutral: await read('generic_neutral_mesh.obj'), modes },
    layout(landmarks68),
  );
  await mkdir(out, { recursive: true });
  const files = {
    'ict-face.json': Buffer.from(JSON.stringify(description)),
    'ict-face.bin': Buffer.from(bytes),
  } as const;
  for (const name of ['ict-face.json', 'ict-face.bin'] as const) {
    await writeFile(join(out, name), files[name]);
    const sha256 = createHash('sha256').update(files[name]).digest('hex');
    const isSame = sha256 === HEADS[name].sha256;
    if (!isSame) process.exitCode = 1;
    process.stderr.write(
      `${join(out, name)}: ${isSame ? 'as it must be' : `another than expected, SHA-256 ${sha256}`}\n`,
    );
  }
}

function bothSides(name: string): readonly string[] {
  return [`${name}_L`, `${name}_R`];
}

/** Gums, teeth and the blend round the eyes are left out. */
function layout(landmarks68: readonly number[]): HeadLayout {
  return {
    leftOut: [
      [14_062, 21_451],
      [24_999, 25_047],
    ],
    ranges: {
      face: [0, 9409],
      headAndNeck: [9409, 11_248],
      scleraLeft: [21_451, 22_221],
      irisLeft: [22_221, 23_021],
      scleraRight: [23_021, 23_791],
      irisRight: [23_791, 24_591],
    },
    landmarks68,
    source: `ICT-FaceKit light, commit ${COMMIT}`,
    license: 'MIT, Copyright (c) 2020 USC Institute for Creative Technologies',
  };
}
