import type * as THREE from "three";
import { element } from "../dom";
import type { Verdict } from "./contract";
import type { Stage } from "./stage";

const GAP = 14;

/** A label that follows a point of the scene and stays inside the stage. First line bold, the others plain. */
export class Tag {
  private readonly box: HTMLElement;
  private anchor: THREE.Vector3 | null = null;

  constructor(
    private readonly stage: Stage,
    kind = "",
  ) {
    this.box = element("div", { class: `callout ${kind}`.trim(), role: "status", hidden: true });
    stage.host.append(this.box);
    stage.onFrame.push(() => this.place());
  }

  show(text: string, anchor: THREE.Vector3, verdict: Verdict | "" = ""): void {
    this.box.dataset.verdict = verdict;
    const [title, ...rest] = text.split("\n");
    this.box.replaceChildren(element("b", {}, title ?? ""), ...rest.map((line) => element("div", {}, line)));
    this.anchor = anchor.clone();
    this.stage.redraw();
  }

  hide(): void {
    this.anchor = null;
    this.box.hidden = true;
  }

  private place(): void {
    const at = this.anchor && this.stage.project(this.anchor);
    this.box.hidden = !at;
    if (!at) return;
    const { clientWidth, clientHeight } = this.stage.host;
    const panel = this.stage.host.querySelector<HTMLElement>(".props:not([hidden])");
    const beside = panel && panel.offsetWidth < clientWidth / 2 && at.y < panel.offsetTop + panel.offsetHeight;
    const right = (beside ? panel.offsetLeft : clientWidth) - 8;
    const x = Math.max(8, Math.min(at.x + GAP, right - this.box.offsetWidth));
    const y = Math.min(Math.max(8, at.y + GAP), Math.max(8, clientHeight - this.box.offsetHeight - 8));
    this.box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
