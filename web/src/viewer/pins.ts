import * as THREE from "three";
import { element } from "../dom";
import { t } from "../text";
import { cluster } from "./cluster";
import type { Pin } from "./contract";
import { fetchJson } from "./fetching";
import type { Model } from "./model";
import type { Stage } from "./stage";

const CELL_PIXELS = 44;
/** A pin nearer to a handle than this would lie over it. */
const GRIP_PIXELS = 32;
/** A sign beside the colour, as the seals have it. */
const SIGNS: Record<Pin["verdict"], string> = { topic: "议", fail: "✕", manual: "人", pass: "✓", na: "–" };
const WEIGHT: Record<Pin["verdict"], number> = { topic: 1, fail: 4, manual: 3, pass: 0, na: 0 };

interface Placed extends Pin {
  at: THREE.Vector3;
}

/** Findings and topics as pins on the model. Those that would lie on one another show as one with a number; choosing it comes nearer. */
export class Pins {
  readonly box = element("div", { class: "pins", hidden: true });
  private placed: Placed[] = [];
  private stale = true;
  private on = true;

  constructor(
    private readonly stage: Stage,
    private readonly act: { open: (pin: Pin) => void; nearer: (box: THREE.Box3) => void },
  ) {
    stage.onFrame.push(() => this.draw());
    stage.onMove.push(() => (this.stale = true));
  }

  get count(): number {
    return this.placed.length;
  }

  get isOn(): boolean {
    return this.on;
  }

  /** Fetch the pins of a model, and of the project's topics with the first one. */
  async load(model: Model, topicsUrl?: string): Promise<void> {
    const wanted: Promise<Pin[]>[] = [];
    if (model.from.pinsUrl) wanted.push(fetchJson<{ pins: Pin[] }>(model.from.pinsUrl).then(({ pins }) => pins));
    if (topicsUrl) wanted.push(fetchJson<unknown>(topicsUrl).then(topicPins));
    const found = await Promise.allSettled(wanted);
    const pins = found.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
    this.placed.push(...(await this.place(model, pins)));
    this.stale = true;
    this.show(this.on);
  }

  show(on: boolean): void {
    this.on = on;
    this.box.hidden = !on || this.placed.length === 0;
    this.stale = true;
    this.stage.redraw();
  }

  /** Pins with a point stand there, others in the middle of their element; those with neither stay in the list only. */
  private async place(model: Model, pins: Pin[]): Promise<Placed[]> {
    const placed: Placed[] = [];
    const searched: { pin: Pin; id: number }[] = [];
    for (const pin of pins) {
      if (pin.point) placed.push({ ...pin, at: model.fromIfc(pin.point) });
      else if (pin.globalId) {
        const id = (await model.find([pin.globalId])).ids[0];
        if (id !== undefined) searched.push({ pin, id });
      }
    }
    const boxes = searched.length > 0 ? await model.source.getBoxes(searched.map(({ id }) => id)) : [];
    searched.forEach(({ pin }, index) => {
      const box = boxes[index];
      if (box && !box.isEmpty()) placed.push({ ...pin, at: box.getCenter(new THREE.Vector3()) });
    });
    return placed;
  }

  private draw(): void {
    if (this.box.hidden || !this.stale) return;
    this.stale = false;
    const { clientWidth, clientHeight } = this.stage.host;
    const planes = this.stage.planes;
    const spots = [];
    for (const item of this.placed) {
      if (planes.some((plane) => plane.distanceToPoint(item.at) < 0)) continue;
      const at = this.stage.project(item.at);
      if (at && this.stage.grips.some((grip) => Math.hypot(grip.x - at.x, grip.y - at.y) < GRIP_PIXELS)) continue;
      if (at && at.x >= 0 && at.y >= 0 && at.x <= clientWidth && at.y <= clientHeight) spots.push({ ...at, item });
    }
    const groups = cluster(spots, CELL_PIXELS);
    const focused = (document.activeElement as HTMLElement | null)?.dataset.pins;
    this.box.replaceChildren(...groups.map(({ x, y, items }) => this.button(x, y, items)));
    if (focused) this.box.querySelector<HTMLElement>(`[data-pins="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.stage.host.dataset.pins = `${groups.length}/${spots.length}`;
  }

  private button(x: number, y: number, items: Placed[]): HTMLButtonElement {
    const worst = items.reduce((a, b) => (WEIGHT[b.verdict] > WEIGHT[a.verdict] ? b : a));
    const many = items.length > 1;
    const title = many ? t("{count} 项，点开放大", { count: items.length }) : worst.title;
    const button = element(
      "button",
      {
        type: "button",
        class: `pin${many ? " is-many" : ""}`,
        "data-verdict": worst.verdict,
        "data-pins": items.length === 1 ? worst.id : `${worst.id}+${items.length}`,
        title,
        "aria-label": title,
      },
      many ? String(items.length) : t(SIGNS[worst.verdict]),
    );
    button.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    button.addEventListener("click", () => this.choose(items));
    return button;
  }

  /** One pin opens its row; several that can be told apart come nearer, several at one place open the first. */
  private choose(items: Placed[]): void {
    const box = new THREE.Box3().setFromPoints(items.map(({ at }) => at));
    if (items.length > 1 && box.getSize(new THREE.Vector3()).length() > 1) this.act.nearer(box.expandByScalar(2));
    else this.act.open(items[0]!);
  }
}

/** Rows of the topics' answer (a list, or {"topics": […]}) as pins; without a place they have none. */
function topicPins(answer: unknown): Pin[] {
  const rows = Array.isArray(answer) ? answer : ((answer as { topics?: unknown[] }).topics ?? []);
  return (rows as Record<string, unknown>[]).map((row) => ({
    id: `topic-${String(row.guid)}`,
    title: [row.number, row.title].filter(Boolean).join(" "),
    verdict: "topic" as const,
    globalId: (row.global_ids as string[] | undefined)?.[0] ?? null,
    point: (row.point as [number, number, number] | null) ?? null,
    url: row.url as string | undefined,
  }));
}
