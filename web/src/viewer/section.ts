import * as THREE from "three";
import { element, icon } from "../dom";
import { t } from "../text";
import type { Model } from "./model";
import type { Stage } from "./stage";

type Axis = "none" | "x" | "z" | "y";
const STEPS = 1000;
const NAMES: [Axis, string][] = [
  ["none", "不剖"],
  ["y", "高度"],
  ["x", "东西"],
  ["z", "南北"],
];

/** One cutting plane, moved along an axis of the model by a slider. */
export class Section {
  readonly box = element("div", { class: "section-panel", role: "group", "aria-label": t("剖切"), hidden: true });
  private readonly plane = new THREE.Plane(new THREE.Vector3(0, -1, 0), 0);
  private readonly slider = element("input", {
    type: "range",
    min: 0,
    max: STEPS,
    value: STEPS / 2,
    "aria-label": t("剖切位置"),
  });
  private readonly place = element("output", { class: "num sub" });
  private readonly buttons = new Map<Axis, HTMLButtonElement>();
  private axis: Axis = "none";
  private flipped = false;

  constructor(
    private readonly stage: Stage,
    private readonly model: Model,
  ) {
    const axes = element("div", { class: "axes", role: "group", "aria-label": t("剖切方向") });
    for (const [axis, name] of NAMES) {
      const button = element("button", { type: "button", "aria-pressed": String(axis === "none") }, t(name));
      button.addEventListener("click", () => this.choose(axis));
      this.buttons.set(axis, button);
      axes.append(button);
    }
    const flip = element("button", { type: "button", class: "btn btn-quiet" }, icon("refresh"), t("翻面"));
    flip.addEventListener("click", () => {
      this.flipped = !this.flipped;
      this.cut();
    });
    this.slider.addEventListener("input", () => this.cut());
    this.box.append(
      axes,
      this.slider,
      element("div", { class: "row-gap" }, this.place, element("span", { class: "grow" }), flip),
    );
    this.choose("none");
  }

  choose(axis: Axis): void {
    this.axis = axis;
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === axis));
    this.slider.disabled = axis === "none";
    this.cut();
  }

  private cut(): void {
    const { axis } = this;
    if (axis === "none") {
      this.stage.renderer.clippingPlanes = [];
      this.place.textContent = "";
    } else {
      const { min, max } = this.model.box;
      const at = min[axis] + (max[axis] - min[axis]) * (Number(this.slider.value) / STEPS);
      const side = this.flipped ? 1 : -1;
      this.plane.normal.set(0, 0, 0)[axis] = side;
      this.plane.constant = -side * at;
      this.stage.renderer.clippingPlanes = [this.plane];
      const shown = axis === "y" ? this.model.elevation(at) : at - min[axis];
      this.place.textContent = axis === "y" ? t("标高 {elevation} m", { elevation: shown.toFixed(2) }) : `${shown.toFixed(2)} m`;
    }
    this.stage.redraw();
  }
}
