import type { FragmentsModel } from "@thatopen/fragments";
import * as THREE from "three";

/** Mark on the materials that colour single elements, so that they can be told from the model's own. */
export const MARK = "hezhu-";
const NEUTRAL = new THREE.Color(0xf3f5f3);
export const XRAY_OPACITY = 0.2;

interface Own {
  color: THREE.Color;
  opacity: number;
  depthWrite: boolean;
}

/**
 * A model's own materials, as a whole: plain paper instead of their colours, or seen through. Changing them here is instant;
 * colouring every element one by one is not.
 */
export class BaseMaterials {
  private readonly own = new Map<THREE.MeshLambertMaterial, Own>();
  private neutral = false;
  private opacity = 1;

  constructor(source: FragmentsModel) {
    for (const mesh of source.tiles.values()) this.takeAll(mesh);
    source.tiles.onItemSet.add(({ value }) => this.takeAll(value));
  }

  set(neutral: boolean, opacity: number): void {
    if (neutral === this.neutral && opacity === this.opacity) return;
    this.neutral = neutral;
    this.opacity = opacity;
    for (const material of this.own.keys()) this.apply(material);
  }

  private takeAll(mesh: THREE.Object3D): void {
    const { material } = mesh as THREE.Mesh;
    for (const each of Array.isArray(material) ? material : [material]) if (each) this.take(each);
  }

  private take(material: THREE.Material): void {
    const mark = (material.userData as { customId?: string }).customId;
    if (!(material instanceof THREE.MeshLambertMaterial) || mark?.startsWith(MARK) || this.own.has(material)) return;
    const { opacity, depthWrite } = material;
    this.own.set(material, { color: material.color.clone(), opacity, depthWrite });
    this.apply(material);
  }

  private apply(material: THREE.MeshLambertMaterial): void {
    const { color, opacity, depthWrite } = this.own.get(material)!;
    material.color.copy(this.neutral ? NEUTRAL : color);
    material.opacity = Math.min(opacity, this.opacity);
    material.transparent = material.opacity < 1;
    material.depthWrite = this.opacity < 1 ? false : depthWrite;
    material.needsUpdate = true;
  }
}
