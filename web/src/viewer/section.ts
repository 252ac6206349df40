import * as THREE from "three";
import { element, icon } from "../dom";
import { t } from "../text";
import { BoxHandles, type Face, FACES } from "./section-handles";
import type { Federation } from "./federation";
import type { Covered, Stage } from "./stage";

type Axis = "x" | "y" | "z";
type Mode = "none" | Axis | "box" | "given";
const STEPS = 1000;
const NAMES: [Mode, string][] = [
  ["none", "不剖"],
  ["y", "高度"],
  ["x", "东西"],
  ["z", "南北"],
  ["box", "剖切盒"],
];
const FACE_NAMES: Record<Face, string> = { east: "东", west: "西", top: "顶", bottom: "底", south: "南", north: "北" };
const LEAST_METRES = 0.1;
const AROUND_METRES = 0.3;
/** Room for the arrows outside the box, and for the toolbar above it. */
const HANDLE_MARGIN = 1.15;
const TOOLBAR_PIXELS = 58;

/** One cutting plane moved along an axis, or a box with six faces; both by slider, the box also by handles in the picture. */
export class Section {
  readonly body = element("div", { class: "section-body" });
  private readonly plane = new THREE.Plane(new THREE.Vector3(0, -1, 0), 0);
  private readonly slider = range(t("剖切位置"), () => this.cut());
  private readonly place = element("output", { class: "num sub" });
  private readonly planePart: HTMLElement;
  private readonly boxPart: HTMLElement;
  private readonly sliders = new Map<Face, { input: HTMLInputElement; output: HTMLOutputElement }>();
  private readonly buttons = new Map<Mode, HTMLButtonElement>();
  private readonly handles: BoxHandles;
  private readonly box = new THREE.Box3();
  private whole = new THREE.Box3();
  private mode: Mode = "none";
  private flipped = false;

  constructor(
    private readonly stage: Stage,
    private readonly federation: Federation,
    private readonly covered: () => Covered,
  ) {
    this.handles = new BoxHandles(stage, this.box, () => this.cut());
    const modes = element("div", { class: "axes", role: "group", "aria-label": t("剖切方向") });
    for (const [mode, name] of NAMES) {
      const button = element("button", { type: "button", "aria-pressed": String(mode === "none"), "data-mode": mode }, t(name));
      button.addEventListener("click", () => void this.choose(mode));
      this.buttons.set(mode, button);
      modes.append(button);
    }
    this.planePart = element("div", { class: "section-part" }, this.slider, this.planeRow());
    this.boxPart = element("div", { class: "section-part" }, ...this.faceRows(), this.boxRow());
    this.body.append(modes, this.planePart, this.boxPart);
    void this.choose("none");
  }

  get active(): boolean {
    return this.mode !== "none";
  }

  /** The panel was opened: a first cut across the height, or on with the box that is there. */
  async opened(): Promise<void> {
    if (!this.active) await this.choose("y");
    else if (this.mode === "box") await this.stepAside();
  }

  async choose(mode: Mode): Promise<void> {
    this.mode = mode;
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === mode));
    this.planePart.hidden = !(mode === "x" || mode === "y" || mode === "z");
    this.boxPart.hidden = mode !== "box";
    if (mode !== "none" && mode !== "given") {
      this.whole = await this.federation.wholeBox();
      if (this.box.isEmpty()) this.box.copy(this.whole);
    }
    this.handles.show(mode === "box");
    this.cut();
    if (mode === "box") await this.stepAside();
  }

  /** The box and its handles beside the open panel, not under it. */
  private async stepAside(): Promise<void> {
    const { left = 0, bottom = 0 } = this.covered();
    if (left + bottom > 0)
      await this.stage.look(this.box, { margin: HANDLE_MARGIN, covered: { left, bottom, top: TOOLBAR_PIXELS } });
  }

  /** Cut by a saved view's planes as they are. */
  async give(planes: THREE.Plane[]): Promise<void> {
    await this.choose(planes.length > 0 ? "given" : "none");
    if (planes.length > 0) this.stage.cut(planes);
    this.tell();
  }

  /** The box drawn close around something. */
  async around(box: THREE.Box3): Promise<void> {
    if (box.isEmpty()) return;
    this.box.copy(box).expandByScalar(AROUND_METRES);
    await this.choose("box");
  }

  private cut(): void {
    const { mode } = this;
    if (mode === "none") this.stage.cut([]);
    else if (mode === "box") this.cutBox();
    else if (mode !== "given") this.cutAlong(mode);
    this.tell();
  }

  private cutAlong(axis: Axis): void {
    const { min, max } = this.whole;
    const at = min[axis] + (max[axis] - min[axis]) * (Number(this.slider.value) / STEPS);
    const side = this.flipped ? 1 : -1;
    this.plane.normal.set(0, 0, 0)[axis] = side;
    this.plane.constant = -side * at;
    this.stage.cut([this.plane]);
    const shown = axis === "y" ? this.federation.elevation(at) : at - min[axis];
    this.place.textContent = axis === "y" ? t("标高 {elevation} m", { elevation: shown.toFixed(2) }) : `${shown.toFixed(2)} m`;
  }

  private cutBox(): void {
    const planes = FACES.map(({ axis, side }) => {
      const normal = new THREE.Vector3();
      normal[axis] = -side;
      return new THREE.Plane(normal, side * (side > 0 ? this.box.max[axis] : this.box.min[axis]));
    });
    this.stage.cut(planes);
    for (const { face, axis, side } of FACES) {
      const row = this.sliders.get(face)!;
      const at = side > 0 ? this.box.max[axis] : this.box.min[axis];
      const span = this.whole.max[axis] - this.whole.min[axis] || 1;
      row.input.value = String(Math.round(((at - this.whole.min[axis]) / span) * STEPS));
      const shown = axis === "y" ? this.federation.elevation(at) : at - this.whole.min[axis];
      row.output.textContent = `${shown.toFixed(2)} m`;
      row.input.setAttribute("aria-valuetext", row.output.textContent);
    }
    this.handles.update();
  }

  private tell(): void {
    this.stage.host.dataset.cut = String(this.stage.planes.length);
  }

  private planeRow(): HTMLElement {
    const flip = element("button", { type: "button", class: "btn btn-quiet" }, icon("refresh"), t("翻面"));
    flip.addEventListener("click", () => {
      this.flipped = !this.flipped;
      this.cut();
    });
    return element("div", { class: "row-gap" }, this.place, element("span", { class: "grow" }), flip);
  }

  private faceRows(): HTMLElement[] {
    return FACES.map(({ face, axis, side }) => {
      const input = range(t(FACE_NAMES[face]), () => {
        const span = this.whole.max[axis] - this.whole.min[axis];
        const at = this.whole.min[axis] + span * (Number(input.value) / STEPS);
        if (side > 0) this.box.max[axis] = Math.max(at, this.box.min[axis] + LEAST_METRES);
        else this.box.min[axis] = Math.min(at, this.box.max[axis] - LEAST_METRES);
        this.cut();
      });
      input.dataset.face = face;
      const output = element("output", { class: "num sub" });
      this.sliders.set(face, { input, output });
      return element("label", { class: "face-row" }, element("span", {}, t(FACE_NAMES[face])), input, output);
    });
  }

  private boxRow(): HTMLElement {
    const fit = element("button", { type: "button", class: "btn btn-quiet" }, icon("focus-2"), t("框住选中"));
    fit.addEventListener("click", () => void this.federation.boxOf(this.federation.selected).then((box) => this.around(box)));
    const all = element("button", { type: "button", class: "btn btn-quiet" }, icon("maximize"), t("框住全部"));
    all.addEventListener("click", () => {
      this.box.copy(this.whole);
      this.cut();
      void this.stepAside();
    });
    return element("div", { class: "row-gap" }, fit, all);
  }
}

function range(label: string, onInput: () => void): HTMLInputElement {
  const input = element("input", { type: "range", min: 0, max: STEPS, value: STEPS / 2, "aria-label": label });
  input.addEventListener("input", onInput);
  return input;
}
