import type { FragmentsModels } from "@thatopen/fragments";
import * as THREE from "three";

/** Mark on the materials that colour single elements, so that they can be told from the model's own. */
export const MARK = "hezhu-";
const NEUTRAL = new THREE.Color(0xf3f5f3);
const XRAY_OPACITY = 0.2;

/**
 * The model's own materials, as a whole: plain paper instead of their colours, or seen through. Changing them here is instant;
 * colouring every element one by one is not.
 */
export class BaseMaterials {
  private readonly own = new Map<THREE.MeshLambertMaterial, { color: THREE.Color; opacity: number }>();
  private neutral = false;
  private xray = false;

  constructor(fragments: FragmentsModels) {
    const { list } = fragments.models.materials;
    for (const material of list.values()) this.take(material);
    list.onItemSet.add(({ value }) => this.take(value));
  }

  set(neutral: boolean, xray: boolean): void {
    if (neutral === this.neutral && xray === this.xray) return;
    this.neutral = neutral;
    this.xray = xray;
    for (const material of this.own.keys()) this.apply(material);
  }

  private take(material: THREE.Material): void {
    const mark = (material.userData as { customId?: string }).customId;
    if (!(material instanceof THREE.MeshLambertMaterial) || mark?.startsWith(MARK) || this.own.has(material)) return;
    this.own.set(material, { color: material.color.clone(), opacity: material.opacity });
    this.apply(material);
  }

  private apply(material: THREE.MeshLambertMaterial): void {
    const { color, opacity } = this.own.get(material)!;
    material.color.copy(this.neutral ? NEUTRAL : color);
    material.opacity = this.xray ? Math.min(opacity, XRAY_OPACITY) : opacity;
    material.transparent = material.opacity < 1;
    material.depthWrite = !this.xray;
    material.needsUpdate = true;
  }
}
