import type * as THREE from "three";
import { t } from "../text";
import { SELECTED_COLOUR } from "./contract";
import { Drawing } from "./drawing";
import type { Stage } from "./stage";
import { Tag } from "./tag";

/** Distance between two points picked on the model, with its horizontal and vertical parts. */
export class Measure {
  active = false;
  private from: THREE.Vector3 | null = null;
  private readonly drawing: Drawing;
  private readonly tag: Tag;

  constructor(
    stage: Stage,
    private readonly say: (words: string) => void,
  ) {
    this.drawing = new Drawing(stage);
    this.tag = new Tag(stage, "is-measure");
  }

  toggle(active: boolean): void {
    this.active = active;
    this.reset();
    this.say(active ? t("点第一点") : "");
  }

  pick(point: THREE.Vector3): void {
    if (!this.from) {
      this.reset();
      this.from = point.clone();
      this.drawing.dots([point], SELECTED_COLOUR);
      this.say(t("点第二点"));
      return;
    }
    const step = point.clone().sub(this.from);
    const length = step.length().toFixed(3);
    const flat = Math.hypot(step.x, step.z).toFixed(3);
    const rise = Math.abs(step.y).toFixed(3);
    this.drawing.segment(this.from, point, SELECTED_COLOUR);
    this.tag.show(
      `${t("距离 {length} m", { length })}\n${t("水平 {flat} m，高差 {rise} m", { flat, rise })}`,
      this.from.clone().lerp(point, 0.5),
    );
    this.from = null;
    this.say(t("点第一点"));
  }

  private reset(): void {
    this.from = null;
    this.drawing.clear();
    this.tag.hide();
  }
}
