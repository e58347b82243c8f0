import { Mesh, type Material, type Object3D, type Texture } from 'three';

/** Frees what the meshes of a tree hold: geometries, materials and the pictures painted on them. */
export function throwAway(tree: Object3D): void {
  tree.traverse((node) => {
    if (!(node instanceof Mesh)) return;
    const mesh = node as Mesh;
    mesh.geometry.dispose();
    for (const material of [mesh.material].flat() as (Material & { readonly map?: Texture | null })[]) {
      material.map?.dispose();
      material.dispose();
    }
  });
  tree.removeFromParent();
}
