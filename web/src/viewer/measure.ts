import * as THREE from "three";
import { element, icon } from "../dom";
import { t } from "../text";
import { SELECTED_COLOUR } from "./contract";
import { Drawing } from "./drawing";
import type { Federation } from "./federation";
import { angle, area, distance } from "./measuring";
import type { Stage } from "./stage";
import { Tag } from "./tag";

type Kind = "distance" | "angle" | "area";
const KINDS: [Kind, string][] = [
  ["distance", "距离"],
  ["angle", "角度"],
  ["area", "面积"],
];
const PICK = ["点第一点", "点第二点", "点第三点"];
const CLOSE_METRES = 0.15;

/** Distance, angle and area between points picked on the model, which snap to corners and edges. */
export class Measure {
  readonly body = element("div", { class: "measure-body" });
  active = false;
  private kind: Kind = "distance";
  private points: THREE.Vector3[] = [];
  private looking = false;
  private readonly drawing: Drawing;
  private readonly hover: Drawing;
  private readonly tag: Tag;
  private readonly buttons = new Map<Kind, HTMLButtonElement>();
  private readonly results = element("ol", { class: "measure-results num" });
  private readonly finish: HTMLButtonElement;

  constructor(
    private readonly stage: Stage,
    private readonly federation: Federation,
    private readonly say: (words: string) => void,
  ) {
    this.drawing = new Drawing(stage, stage.overlay);
    this.hover = new Drawing(stage, stage.overlay);
    this.tag = new Tag(stage, "is-measure");
    const kinds = element("div", { class: "axes", role: "group", "aria-label": t("测量") });
    for (const [kind, name] of KINDS) {
      const button = element(
        "button",
        { type: "button", "aria-pressed": String(kind === this.kind), "data-kind": kind },
        t(name),
      );
      button.addEventListener("click", () => this.choose(kind));
      this.buttons.set(kind, button);
      kinds.append(button);
    }
    const middle = element("button", { type: "button", class: "btn btn-quiet" }, icon("current-location"), t("取画面中心"));
    middle.addEventListener("click", () => void this.pickMiddle());
    this.finish = element("button", { type: "button", class: "btn btn-quiet", hidden: true }, icon("check"), t("闭合面积"));
    this.finish.addEventListener("click", () => this.close());
    const wipe = element("button", { type: "button", class: "btn btn-quiet" }, icon("trash"), t("清除"));
    wipe.addEventListener("click", () => this.wipe());
    this.body.append(kinds, element("div", { class: "row-gap" }, middle, this.finish, wipe), this.results);
    stage.canvas.addEventListener("pointermove", (event) => void this.preview(event));
  }

  toggle(active: boolean): void {
    this.active = active;
    this.reset();
    this.hover.clear();
    this.say(active ? t(PICK[0]!) : "");
  }

  choose(kind: Kind): void {
    this.kind = kind;
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === kind));
    this.reset();
    this.finish.hidden = kind !== "area";
    this.say(t(PICK[0]!));
  }

  /** One more point of the measure under way. */
  pick(point: THREE.Vector3): void {
    if (this.points.length === 0) this.reset();
    if (this.kind === "area" && this.points.length > 2 && point.distanceTo(this.points[0]!) < CLOSE_METRES) {
      this.close();
      return;
    }
    this.points.push(point.clone());
    this.draw();
    const { length } = this.points;
    if (this.kind === "distance" && length === 2) this.done(this.distanceWords());
    else if (this.kind === "angle" && length === 3) this.done(this.angleWords());
    else if (this.kind === "area" && length > 2) this.say(t("继续点；点回第一点闭合"));
    else this.say(t(PICK[length]!));
  }

  /** Without a pointer: what stands in the middle of the picture. */
  private async pickMiddle(): Promise<void> {
    const { canvas, camera } = this.stage;
    const bounds = canvas.getBoundingClientRect();
    const mouse = new THREE.Vector2(bounds.left + bounds.width / 2, bounds.top + bounds.height / 2);
    const hit = await this.federation.hit({ camera, mouse, dom: canvas }, true);
    if (hit) this.pick(hit.point);
    else this.say(t("画面中心没有构件"));
  }

  private close(): void {
    if (this.points.length < 3) return;
    const found = area(this.points);
    this.draw(true);
    this.done([
      t("面积 {area} m²", { area: found.area.toFixed(3) }),
      t("水平投影 {plan} m²，周长 {perimeter} m", { plan: found.plan.toFixed(3), perimeter: found.perimeter.toFixed(3) }),
    ]);
  }

  private distanceWords(): string[] {
    const { length, flat, rise } = distance(this.points[0]!, this.points[1]!);
    return [
      t("距离 {length} m", { length: length.toFixed(3) }),
      t("水平 {flat} m，高差 {rise} m", { flat: flat.toFixed(3), rise: rise.toFixed(3) }),
    ];
  }

  private angleWords(): string[] {
    return [t("角度 {degrees}°", { degrees: angle(this.points[0]!, this.points[1]!, this.points[2]!).toFixed(2) })];
  }

  private done(words: string[]): void {
    const middle = this.points.reduce((sum, point) => sum.add(point), new THREE.Vector3()).divideScalar(this.points.length);
    this.tag.show(words.join("\n"), middle);
    this.results.append(element("li", {}, words.join(" · ")));
    this.stage.host.dataset.measured = words[0] ?? "";
    this.points = [];
    this.say(t(PICK[0]!));
  }

  private draw(closed = false): void {
    this.drawing.clear();
    this.drawing.chain(closed ? [...this.points, this.points[0]!] : this.points, SELECTED_COLOUR);
  }

  /** Show where a click would land. One look at a time. */
  private async preview(event: PointerEvent): Promise<void> {
    if (!this.active || this.looking || event.buttons !== 0 || event.pointerType === "touch") return;
    this.looking = true;
    try {
      const mouse = new THREE.Vector2(event.clientX, event.clientY);
      const hit = await this.federation.hit({ camera: this.stage.camera, mouse, dom: this.stage.canvas }, true);
      this.hover.clear();
      if (hit && this.active) this.hover.dots([hit.point], SELECTED_COLOUR);
      this.stage.redraw();
    } finally {
      this.looking = false;
    }
  }

  private wipe(): void {
    this.reset();
    this.results.replaceChildren();
    this.say(t(PICK[0]!));
  }

  private reset(): void {
    this.points = [];
    this.drawing.clear();
    this.tag.hide();
  }
}
