import type * as THREE from "three";
import { t } from "../text";
import { type Fly, SELECTED_COLOUR, SHAPE_COLOURS, type Storey, type Verdict } from "./contract";
import { Drawing } from "./drawing";
import type { Chosen, Federation } from "./federation";
import type { Hit, Model } from "./model";
import type { FloorsPanel, PropertiesPanel } from "./panels";
import type { Stage } from "./stage";
import { Tag } from "./tag";

const NEAREST_LOOK_METRES = 3;
const PROPERTIES_PIXELS = 272;
const NARROW_PIXELS = 600;

/** What is chosen, and what is therefore shown: outline, properties, storey, isolation, hiding. */
export class Selection {
  storeys: Storey[] = [];
  private readonly drawing: Drawing;
  private readonly tag: Tag;

  constructor(
    private readonly stage: Stage,
    private readonly federation: Federation,
    private readonly panels: { floors: FloorsPanel; properties: PropertiesPanel },
    private readonly act: { say: (words: string) => void; changed: () => void },
  ) {
    this.drawing = new Drawing(stage);
    this.tag = new Tag(stage);
  }

  get isEmpty(): boolean {
    return this.federation.selected.size === 0;
  }

  /** A click: select what was hit, tell the page. */
  async pick(hit: Hit | null): Promise<void> {
    const globalId = hit && (await hit.model.globalIds([hit.id]))[0];
    if (!hit || !globalId) {
      await this.clear();
      return;
    }
    await this.select(new Map([[hit.model, [hit.id]]]), { globalId, model: hit.model });
    const point = this.federation.toIfc(hit.point);
    const detail = { globalId, point, model: hit.model.from.id };
    this.stage.host.dispatchEvent(new CustomEvent("hezhu:picked", { bubbles: true, detail }));
  }

  async select(
    chosen: Chosen,
    shown: { globalId?: string; model?: Model; verdict?: Verdict; quiet?: boolean } = {},
  ): Promise<void> {
    const { globalId, model, verdict } = shown;
    for (const each of this.federation.models) {
      each.look.selected = chosen.get(each) ?? [];
      each.look.selectedVerdict = verdict ?? null;
    }
    this.drawing.clear();
    this.tag.hide();
    this.act.changed();
    if (globalId && !shown.quiet) {
      const label = this.federation.models.length > 1 ? (model?.from.label ?? "") : "";
      const panel = this.panels.properties.show(globalId, (model ?? this.federation.base).from.propertiesUrlTemplate, label);
      void panel.then(() => this.stage.redraw()); // labels make way for the panel
    } else this.panels.properties.hide();
    const colour = verdict ? SHAPE_COLOURS[verdict] : SELECTED_COLOUR;
    const outlines = [...chosen].map(([each, ids]) => this.drawing.outline(each, ids.slice(0, 200), colour));
    await Promise.all([this.federation.refresh(), ...outlines]);
  }

  async clear(): Promise<void> {
    this.act.say("");
    await this.select(new Map());
  }

  /** A stage too small to show properties beside the model; the finding's own row tells enough there. */
  private get narrow(): boolean {
    return this.stage.host.clientWidth < NARROW_PIXELS;
  }

  /** Go to an element: open its storey from above, colour and outline it, draw the measured shape and its label. */
  async fly({ globalId, shape, label, verdict }: Fly): Promise<void> {
    const { federation } = this;
    const found = globalId ? await federation.find([globalId]) : { known: true, chosen: new Map() as Chosen };
    this.act.say("");
    const model = [...found.chosen.keys()][0] ?? federation.base;
    const verdictShown = verdict ?? (globalId ? model.verdicts[globalId] : undefined);
    const box = await federation.boxOf(found.chosen);
    const drawn = shape && shape.points.length > 0 ? this.drawing.boxOf(model, shape) : null;
    if (drawn) box.union(drawn);
    const known = found.known ? (globalId ?? undefined) : undefined;
    if (box.isEmpty()) {
      await this.select(new Map(), { globalId: known, model });
      this.act.say(found.known ? t("这个构件在模型里没有实体，不能定位。") : t("这个构件不在这一版模型里。"));
      return;
    }
    this.lookAt(box);
    if (globalId) await this.openStoreyOf(globalId, found.chosen);
    const painted = this.select(found.chosen, { globalId: known, model, verdict: verdictShown, quiet: this.narrow });
    if (shape && drawn) this.drawing.shape(model, shape, SHAPE_COLOURS[verdictShown ?? "fail"]);
    if (label) this.tag.show(label, (drawn ?? box).getCenter(box.min.clone()), verdictShown);
    await painted;
    this.stage.host.dataset.flown = globalId ?? "";
  }

  private lookAt(box: THREE.Box3): void {
    void this.stage.look(box.clone().expandByScalar(NEAREST_LOOK_METRES / 2), {
      polar: Math.PI / 4,
      margin: 1.5,
      covered: this.narrow ? {} : { right: PROPERTIES_PIXELS },
    });
  }

  /** Take away what stands above the element: higher storeys, and ceilings and roofs of its own. */
  private async openStoreyOf(globalId: string, chosen: Chosen): Promise<void> {
    const storey = this.storeys.find(({ elements }) => elements.includes(globalId));
    this.showAllQuietly();
    this.panels.floors.mark(storey?.id ?? "");
    if (!storey) return;
    const height = storey.elevation ?? 0;
    const kept = this.storeys.filter((other) => (other.elevation ?? 0) <= height).flatMap((other) => other.elements);
    for (const model of this.federation.models) {
      if (model.storeys.length === 0) continue;
      const own = new Set(await model.ids(storey.elements));
      const shown = (await model.ids(kept)).filter((id) => !(own.has(id) && model.isCeiling(id)));
      model.look.only = new Set([...shown, ...(chosen.get(model) ?? [])]);
    }
  }

  private showAllQuietly(): void {
    for (const { look } of this.federation.models) {
      look.hidden.clear();
      look.only = null;
    }
  }

  /** One storey alone, or everything. */
  async isolateStorey(storey: Storey | null): Promise<void> {
    this.showAllQuietly();
    this.panels.floors.mark(storey?.id ?? "");
    const chosen: Chosen = new Map();
    for (const model of this.federation.models) {
      if (!storey) continue;
      const ids = await model.ids(storey.elements);
      model.look.only = new Set(ids);
      const solid = ids.filter((id) => model.hasBody(id) && !model.isSpace(id));
      if (solid.length > 0) chosen.set(model, solid);
    }
    await this.federation.refresh();
    const box = await this.federation.boxOf(chosen);
    await this.stage.look(box.isEmpty() ? await this.federation.wholeBox() : box, { margin: 1.06 });
  }

  /** These elements alone, in all models. */
  async only(chosen: Chosen): Promise<void> {
    this.showAllQuietly();
    this.panels.floors.mark("");
    for (const model of this.federation.models) model.look.only = new Set(chosen.get(model) ?? []);
    await this.federation.refresh();
    await this.stage.look(await this.federation.boxOf(chosen), { margin: 1.3 });
  }

  async isolateSelection(): Promise<void> {
    await this.only(this.federation.selected);
  }

  async hideSelection(): Promise<void> {
    for (const { look } of this.federation.models) for (const id of look.selected) look.hidden.add(id);
    await this.clear();
  }
}
