import { Group, type Mesh, SphereGeometry, type Material } from 'three';
import type { Random } from '../random.ts';
import { coverMaterial } from './cover-material.ts';
import { along, overHairline, type Line } from './hairline.ts';
import { gridIndex, gridMesh, HeadRadius, headShell, outwards, type ShellPoint } from './head-shell.ts';
import type { IctHead } from './ict-head.ts';
import type { Looks } from './looks.ts';
import { mix, noise3, smoothstep } from './noise.ts';

/** What a person has on the head: meshes in the head's own frame. Those in `hanging` follow the neck's bend. */
export interface HeadCoverMeshes {
  readonly group: Group;
  readonly hanging: readonly Mesh[];
}

const NOTHING: ShellPoint = { offCm: 0, covers: -1, shade: 1 };

/** Builds hair and cover: hair under a cap or a beanie lies flat, under a scarf or a turban it is hidden. */
export function headCover(head: IctHead, identity: Float32Array, looks: Looks, random: Random): HeadCoverMeshes {
  const builder = new CoverBuilder(head, identity, looks, random);
  return builder.build();
}

class CoverBuilder {
  readonly #group = new Group();
  readonly #hanging: Mesh[] = [];
  readonly #bare: HeadRadius;
  readonly #overEars: HeadRadius;
  readonly #looks: Looks;
  readonly #seed: number;
  readonly #volume: number;
  readonly #part: number;
  readonly #recedesDeg: number;

  constructor(head: IctHead, identity: Float32Array, looks: Looks, random: Random) {
    this.#looks = looks;
    this.#seed = Math.floor(random.between(0, 2 ** 31));
    this.#volume = random.between(0.5, 1.2);
    this.#part = random.between(-25, 25);
    this.#recedesDeg = random.between(-2, 7) * (0.4 + 0.6 * looks.age);
    this.#bare = new HeadRadius(head, identity, 'skull');
    this.#overEars = new HeadRadius(head, identity, 'ears');
  }

  build(): HeadCoverMeshes {
    const { headCover: cover, hair } = this.#looks;
    const showsHair = cover === 'none' || cover === 'cap' || cover === 'beanie';
    if (showsHair && hair !== 'bald') this.#addHair(cover !== 'none');
    if (cover === 'cap') this.#addCap();
    if (cover === 'beanie') this.#addBeanie();
    if (cover === 'turban') this.#addTurban();
    if (cover === 'headscarf') this.#addHeadscarf();
    for (const mesh of this.#group.children) {
      mesh.castShadow = true;
      mesh.receiveShadow = true;
    }
    return { group: this.#group, hanging: this.#hanging };
  }

  #addHair(isFlat: boolean): void {
    const { hair, hairColour } = this.#looks;
    const isCurly = hair === 'curly';
    const isLong = hair === 'long';
    const material = coverMaterial(hairColour, isCurly ? 'curls' : 'hair');
    const loose = isCurly ? mix(1.4, 4.2, this.#volume - 0.3) : hair === 'bun' ? 0.45 : mix(0.5, 1.5, this.#volume);
    const thick = isFlat ? Math.min(0.35, loose) : loose;
    const fringeDeg = this.#looks.fringe && !isFlat && hair !== 'bun' ? 12 : 0;
    const shell = (azimuthDeg: number, elevationDeg: number): ShellPoint => {
      const rough =
        2 * noise3(azimuthDeg * 0.09, elevationDeg * 0.09, 3, this.#seed) +
        3 * noise3(azimuthDeg * 0.03, 0, 3, this.#seed) -
        this.#recedesDeg * smoothstep(60, 30, Math.abs(azimuthDeg));
      const fringe =
        fringeDeg *
        smoothstep(52, 34, Math.abs(azimuthDeg - this.#part * 0.3)) *
        (0.8 + 0.25 * noise3(azimuthDeg * 0.07, 0, 1, this.#seed));
      const over = overHairline(azimuthDeg, elevationDeg, isLong) + fringe + rough;
      if (over < -5) return NOTHING;
      const lumps = noise3(azimuthDeg * 0.05, elevationDeg * 0.08, 0, this.#seed + 1);
      const curls = isCurly && !isFlat ? 0.35 * noise3(azimuthDeg * 0.22, elevationDeg * 0.25, 0, this.#seed + 2) : 0;
      const root = smoothstep(-4, isCurly ? 14 : 18, over);
      const parting =
        isLong || hair === 'short'
          ? 0.35 * smoothstep(4, 0, Math.abs(azimuthDeg - this.#part)) * smoothstep(30, 60, elevationDeg)
          : 0;
      return {
        offCm: 0.12 + root * (thick * (1 + 0.22 * lumps) + curls - parting) + (fringe > 3 ? 0.35 : 0),
        covers: smoothstep(-5, 3, over) * 1.2 - 0.2,
        shade: mix(0.72, 1, smoothstep(0, 25, over)),
      };
    };
    this.#group.add(headShell(isLong ? this.#overEars : this.#bare, 4, -48, shell, material));
    if (isLong) this.#addCurtain(material, thick);
    if (hair === 'bun' && !isFlat) this.#addBun(material);
  }

  /** Long hair from the sides and the back down to the shoulders. */
  #addCurtain(material: Material, thick: number): void {
    const [columns, rows] = [48, 14];
    const bottom = mix(-9, -19, Math.min(1, this.#volume));
    const grid = emptyGrid();
    for (let row = 0; row <= rows; row++) {
      for (let column = 0; column <= columns; column++) {
        const azimuthDeg = mix(62, 298, column / columns);
        const wrapped = azimuthDeg > 180 ? azimuthDeg - 360 : azimuthDeg;
        const [topX, topY, topZ] = outwards(wrapped, -6, this.#overEars.at(wrapped, -6) + 0.12 + thick * 0.9);
        const share = row / rows;
        const y = mix(topY, bottom, share);
        const wave = 0.4 * noise3(azimuthDeg * 0.08, y * 0.25, 0, this.#seed + 3);
        const inward = mix(1, 0.9, smoothstep(0, 0.6, share)) + 0.05 * smoothstep(0.5, 1, share);
        const isFront = Math.abs(wrapped) < 90 ? 1 : 0;
        grid.positions.push(topX * inward + wave, y, topZ * inward + wave + isFront * 0.6 * share);
        const edge = Math.min(column, columns - column) / 3;
        const end = (1 - share) * 5 + 0.5 * noise3(azimuthDeg * 0.2, 5, 0, this.#seed);
        grid.covers.push(Math.min(1, edge, end) - 0.05);
        grid.shades.push(mix(1, 0.8, share));
        grid.uv.push(azimuthDeg, y * 6);
      }
    }
    grid.index.push(...gridIndex(rows, columns));
    this.#addHanging(gridMesh(grid, material));
  }

  #addBun(material: Material): void {
    const [x, y, z] = outwards(180, mix(20, 65, this.#volume - 0.4), this.#bare.at(180, 40) + 1.6);
    const geometry = new SphereGeometry(mix(2.2, 3.4, this.#volume - 0.4), 20, 14);
    const count = geometry.getAttribute('position').count;
    const mesh = gridMesh(
      {
        positions: [...geometry.getAttribute('position').array],
        covers: Array.from({ length: count }, () => 1),
        shades: Array.from({ length: count }, () => 0.95),
        uv: [...geometry.getAttribute('uv').array].map((value) => value * 120),
        index: [...(geometry.index?.array ?? [])],
      },
      material,
    );
    mesh.position.set(x, y, z);
    this.#group.add(mesh);
  }

  #addCap(): void {
    const material = coverMaterial(this.#looks.coverColour, 'cloth');
    const tilt = mix(-3, 5, this.#volume - 0.3);
    const edgeDeg = (azimuthDeg: number): number =>
      mix(14, 33 + tilt, 0.5 + 0.5 * Math.cos((azimuthDeg * Math.PI) / 180));
    const dome = (azimuthDeg: number, elevationDeg: number): ShellPoint => {
      const over = elevationDeg - edgeDeg(azimuthDeg);
      if (over < -6) return NOTHING;
      const seam = 1 - 0.12 * smoothstep(2.5, 0, Math.abs(((azimuthDeg + 390) % 60) - 30));
      return { offCm: mix(0.7, 1.25, smoothstep(0, 40, over)), covers: over / 12, shade: seam };
    };
    this.#group.add(headShell(this.#bare, 4, 0, dome, material));
    const [columns, rows] = [24, 7];
    const grid = emptyGrid();
    for (let row = 0; row <= rows; row++) {
      for (let column = 0; column <= columns; column++) {
        const azimuthDeg = mix(-52, 52, column / columns);
        const share = row / rows;
        const elevationDeg = edgeDeg(azimuthDeg);
        const [x, y, z] = outwards(azimuthDeg, elevationDeg, this.#bare.at(azimuthDeg, elevationDeg) + 0.7);
        const reach = 6.6 * share * Math.cos(((azimuthDeg * Math.PI) / 180) * 1.55);
        const droop = 0.045 * x * x * share * 0.5;
        grid.positions.push(x * (1 + 0.02 * share), y - 0.26 * reach - droop * 0.4, z + reach);
        grid.covers.push(1);
        grid.shades.push(row === rows ? 0.8 : 0.95);
        grid.uv.push(azimuthDeg, share * 20);
      }
    }
    grid.index.push(...gridIndex(rows, columns));
    this.#group.add(gridMesh(grid, material));
  }

  #addBeanie(): void {
    const dome = (azimuthDeg: number, elevationDeg: number): ShellPoint => {
      const over =
        elevationDeg - mix(-4, 29, 0.5 + 0.5 * Math.cos((azimuthDeg * Math.PI) / 180) ** 3) - 2 * (this.#volume - 0.8);
      if (over < -6) return NOTHING;
      const hem = over < 11 ? 0.35 : 0;
      const slouch = 1.4 * this.#volume * smoothstep(50, 90, elevationDeg);
      return { offCm: 0.75 + hem + slouch, covers: over / 10, shade: hem > 0 ? 1 : 0.92 };
    };
    this.#group.add(headShell(this.#overEars, 4, -20, dome, coverMaterial(this.#looks.coverColour, 'knit')));
  }

  #addTurban(): void {
    const wound = (azimuthDeg: number, elevationDeg: number): ShellPoint => {
      const front = 0.5 + 0.5 * Math.cos((azimuthDeg * Math.PI) / 180);
      const over = elevationDeg - mix(-2, 30, front ** 1.6);
      if (over < -5) return NOTHING;
      const slant = elevationDeg + 0.32 * Math.abs(azimuthDeg);
      const fold = Math.abs(Math.sin(slant * 0.2 + 0.4 * noise3(azimuthDeg * 0.03, 0, 0, this.#seed)));
      const bulge = smoothstep(-4, 16, over) * smoothstep(95, 50, elevationDeg);
      return {
        offCm: 0.5 + bulge * (1.4 + 1.1 * this.#volume) * (0.8 + 0.25 * fold),
        covers: over / 10,
        shade: 0.68 + 0.34 * fold,
      };
    };
    this.#group.add(headShell(this.#overEars, 4, -18, wound, coverMaterial(this.#looks.coverColour, 'cloth')));
  }

  /** Covers hair, ears, neck and what is under the chin; leaves the face's oval. */
  #addHeadscarf(): void {
    const material = coverMaterial(this.#looks.coverColour, 'cloth');
    const openness = mix(0.97, 1.06, this.#volume - 0.3);
    const cloth = (azimuthDeg: number, elevationDeg: number): ShellPoint => {
      const up = elevationDeg > -4 ? (elevationDeg + 4) / 38 : (elevationDeg + 4) / 49;
      const oval = Math.hypot(azimuthDeg / (57 * openness), up / openness) - 1;
      if (oval < -0.2) return NOTHING;
      const folds =
        0.5 + 0.5 * Math.sin(8 * oval + 1.3 * noise3(azimuthDeg * 0.03, elevationDeg * 0.03, 0, this.#seed) * 4);
      return {
        offCm: 0.35 + 0.75 * smoothstep(0, 0.5, oval) + 0.16 * folds * smoothstep(0.1, 0.5, oval),
        covers: oval * 3,
        shade: 0.8 + 0.22 * folds,
      };
    };
    this.#group.add(headShell(this.#overEars, 4, -70, cloth, material));
    const [columns, rows] = [48, 16];
    const grid = emptyGrid();
    for (let row = 0; row <= rows; row++) {
      const share = row / rows;
      const y = mix(-3, -20, share);
      for (let column = 0; column <= columns; column++) {
        const azimuthDeg = mix(-180, 180, column / columns);
        const angle = (azimuthDeg * Math.PI) / 180;
        const folds = noise3(azimuthDeg * 0.05 + y * 0.12, y * 0.22, 1, this.#seed + 6);
        const [halfWidth, halfDepth, middle] = [
          along(DRAPE_WIDTHS, -y),
          along(DRAPE_DEPTHS, -y),
          along(DRAPE_MIDDLES, -y),
        ];
        const out = 1 + 0.05 * folds;
        grid.positions.push(
          Math.sin(angle) * halfWidth * out,
          y + 0.4 * folds,
          Math.cos(angle) * halfDepth * out + middle,
        );
        // In front it begins under the chin.
        grid.covers.push(along(CHIN_EDGE, Math.abs(azimuthDeg)) - y);
        grid.shades.push(0.86 + 0.2 * folds);
        grid.uv.push(azimuthDeg, y * 6);
      }
    }
    grid.index.push(...gridIndex(rows, columns));
    this.#addHanging(gridMesh(grid, material));
  }

  #addHanging(mesh: Mesh): void {
    this.#group.add(mesh);
    this.#hanging.push(mesh);
  }
}

/** The scarf round the neck: half width, half depth and middle by depth below the head's middle. */
const DRAPE_WIDTHS: Line = [
  [3, 6.6],
  [5, 6.9],
  [7, 7.2],
  [10, 8.4],
  [13, 12.8],
  [16, 17],
  [20, 20.5],
];
const DRAPE_DEPTHS: Line = [
  [3, 6.4],
  [5, 7.2],
  [8, 8.2],
  [11, 8.4],
  [14, 9],
  [20, 11.2],
];
const DRAPE_MIDDLES: Line = [
  [3, -0.4],
  [5, 0.4],
  [8, 1.2],
  [11, -0.4],
  [14, -1.6],
  [20, -2],
];
const CHIN_EDGE: Line = [
  [0, -8.2],
  [25, -7.6],
  [45, -6],
  [62, -3.6],
  [75, -2],
];

function emptyGrid(): {
  positions: number[];
  covers: number[];
  shades: number[];
  uv: number[];
  index: number[];
} {
  return { positions: [], covers: [], shades: [], uv: [], index: [] };
}
