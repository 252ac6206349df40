import { beside, element } from "../dom";
import { t } from "../text";
import type { Elements, Fly, Storey, Verdicts } from "./contract";
import { SELECTED_COLOUR, SHAPE_COLOURS } from "./contract";
import { Drawing } from "./drawing";
import { Measure } from "./measure";
import { Model } from "./model";
import { FloorsPanel, Legend, PropertiesPanel, StatePanel } from "./panels";
import { Section } from "./section";
import { Stage } from "./stage";
import { Tag } from "./tag";
import { Toolbar } from "./toolbar";

const START = { azimuth: Math.PI / 5, polar: Math.PI / 3.1 };
const CLICK_PIXELS = 5;
const NEAREST_LOOK_METRES = 3;
const PROPERTIES_PIXELS = 272;
const NARROW_PIXELS = 600;

/** The model viewer on one page element. See contract.ts for what goes in and out. */
export class Viewer {
  private readonly state = new StatePanel();
  private readonly note = element("div", { class: "stage-note", role: "status", hidden: true });
  private readonly floors = new FloorsPanel((storey) => void this.isolate(storey));
  private readonly properties: PropertiesPanel;
  private readonly legend: Legend;
  private toolbar!: Toolbar;
  private stage!: Stage;
  private model: Model | null = null;
  private drawing!: Drawing;
  private tag!: Tag;
  private measure!: Measure;
  private section: Section | null = null;
  private storeys: Storey[] = [];
  private verdicts: Verdicts = {};
  private readonly ready: Promise<void>;

  constructor(readonly host: HTMLElement) {
    this.legend = new Legend(host.dataset.legend);
    this.properties = new PropertiesPanel(host.dataset.propertiesUrlTemplate, () => void this.clear());
    host.append(this.state.box);
    this.state.loading(null);
    this.ready = this.start();
    host.addEventListener("hezhu:fly", (event) => void this.fly((event as CustomEvent<Fly>).detail));
    host.addEventListener("hezhu:colour", (event) => {
      void this.recolour((event as CustomEvent<{ verdicts: Verdicts }>).detail.verdicts);
    });
  }

  private async start(): Promise<void> {
    const started = performance.now();
    const { modelUrl, workerUrl } = this.host.dataset;
    if (!modelUrl) {
      this.state.say(t("还没有可看的模型"), t("模型转换好以后会自动出现在这里。"));
      return;
    }
    const canvas = element("canvas", { tabindex: 0, "aria-label": t("三维模型，方向键转动，加减号缩放") });
    this.host.prepend(canvas);
    try {
      this.stage = new Stage(this.host, canvas);
    } catch {
      canvas.remove();
      this.state.say(
        t("这台设备不能显示三维"),
        t("浏览器没有打开 WebGL。审查结论不受影响，右侧清单照常可用；要看模型，请换用新版浏览器或打开硬件加速。"),
      );
      return;
    }
    try {
      const [bytes, elements] = await Promise.all([this.fetchModel(modelUrl), this.fetchElements()]);
      this.model = await Model.load(this.stage, workerUrl ?? beside("fragments-worker.mjs"), bytes);
      await this.present(elements);
    } catch (error) {
      console.error(error);
      const status = error instanceof FetchFailed ? error.status : 0;
      const text = status
        ? t("模型文件没有取到（{status}）。刷新页面再试；仍不行，请重新转换这个模型。", { status })
        : t("模型文件不完整或版本不符，请重新转换这个模型。");
      this.state.say(t("模型打不开"), text, () => location.reload());
      return;
    }
    const ms = Math.round(performance.now() - started);
    this.host.dataset.ready = String(ms);
    this.host.dispatchEvent(new CustomEvent("hezhu:ready", { bubbles: true, detail: { ms } }));
  }

  /** First picture: tools, storeys, the whole building from the south-west. */
  private async present(elements: Elements): Promise<void> {
    const model = this.model!;
    this.storeys = elements.storeys;
    this.verdicts = elements.verdicts ?? {};
    await model.setVerdicts(this.verdicts);
    model.look.byVerdict = model.hasVerdicts && this.host.dataset.colour !== "plain";
    this.drawing = new Drawing(this.stage);
    this.tag = new Tag(this.stage);
    this.measure = new Measure(this.stage, (words) => this.say(words));
    this.section = new Section(this.stage, model);
    this.buildToolbar();
    this.floors.show(this.storeys, this.verdicts);
    this.legend.show(this.verdicts, model.look.byVerdict);
    this.host.append(this.toolbar.box, this.floors.box, this.section.box, this.legend.box, this.properties.box, this.note);
    await this.stage.look(await model.wholeBox(), { ...START, margin: 1.06, smooth: false });
    await model.refresh();
    this.state.hide();
    this.listen();
    void model.drawEdges();
  }

  private async fetchModel(url: string): Promise<Uint8Array> {
    const answer = await fetch(url);
    if (!answer.ok || !answer.body) throw new FetchFailed(answer.status);
    const total = Number(answer.headers.get("Content-Length") ?? 0);
    const chunks: Uint8Array[] = [];
    let got = 0;
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      got += value.length;
      this.state.loading(total > got ? Math.floor((got / total) * 100) : null);
    }
    const bytes = new Uint8Array(got);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  /** Storeys and verdicts; without them the model still shows. */
  private async fetchElements(): Promise<Elements> {
    const url = this.host.dataset.elementsUrl;
    if (!url) return { storeys: [] };
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      return answer.ok ? ((await answer.json()) as Elements) : { storeys: [] };
    } catch {
      return { storeys: [] };
    }
  }

  private buildToolbar(): void {
    const model = this.model!;
    const look = model.look;
    this.toolbar = new Toolbar([
      { icon: "home", name: "复位", mark: "reset", act: () => void this.reset() },
      {
        icon: "adjustments",
        name: "按结论着色",
        mark: "verdict",
        switch: true,
        on: look.byVerdict,
        act: (on) => {
          look.byVerdict = on;
          this.legend.show(this.verdicts, on);
          void model.refresh();
        },
      },
      {
        icon: "square-half",
        name: "透视",
        mark: "xray",
        switch: true,
        act: (on) => {
          look.xray = on;
          void model.refresh();
        },
      },
      { icon: "section", name: "剖切", mark: "section", switch: true, act: (on) => this.toggleSection(on) },
      { icon: "ruler-2", name: "测量", mark: "measure", switch: true, act: (on) => this.measure.toggle(on) },
      { icon: "focus-2", name: "只看选中", mark: "isolate", act: () => void this.isolateSelection() },
      { icon: "eye-off", name: "隐藏选中", mark: "hide", act: () => void this.hideSelection() },
      { icon: "eye", name: "全部显示", mark: "show-all", act: () => void this.isolate(null) },
      { icon: "maximize", name: "全屏", mark: "full-screen", act: () => void this.fullScreen() },
    ]);
    this.toolbar.enable("全屏", document.fullscreenEnabled);
    this.toolbar.enable("按结论着色", model.hasVerdicts);
    this.enableSelectionTools();
  }

  private enableSelectionTools(): void {
    const some = (this.model?.look.selected.length ?? 0) > 0;
    this.toolbar.enable("只看选中", some);
    this.toolbar.enable("隐藏选中", some);
  }

  private listen(): void {
    const { canvas } = this.stage;
    let down: PointerEvent | null = null;
    canvas.addEventListener("pointerdown", (event) => {
      down = event.isPrimary && event.button === 0 ? event : null;
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!down || Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > CLICK_PIXELS) return;
      down = null;
      void this.pick(event);
    });
    canvas.addEventListener("webglcontextlost", () => {
      this.state.say(
        t("模型打不开"),
        t("浏览器没有打开 WebGL。审查结论不受影响，右侧清单照常可用；要看模型，请换用新版浏览器或打开硬件加速。"),
        () => location.reload(),
      );
    });
    this.host.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || document.fullscreenElement) return;
      if (this.measure.active) {
        this.toolbar.set("测量", false);
        this.measure.toggle(false);
      } else void this.clear();
    });
  }

  private async pick(event: PointerEvent): Promise<void> {
    const model = this.model!;
    const hit = await model.hit(event, this.measure.active);
    if (this.measure.active) {
      if (hit) this.measure.pick(hit.point);
      return;
    }
    const globalId = hit && (await model.globalId(hit.id));
    if (!hit || !globalId) {
      await this.clear();
      return;
    }
    await this.select([hit.id], globalId, null);
    this.host.dispatchEvent(new CustomEvent("hezhu:picked", { bubbles: true, detail: { globalId } }));
  }

  private async select(ids: number[], globalId: string | null, verdict: Fly["verdict"] | null, byFinding = false): Promise<void> {
    const model = this.model!;
    model.look.selected = ids;
    model.look.selectedVerdict = verdict ?? null;
    this.drawing.clear();
    this.tag.hide();
    this.enableSelectionTools();
    if (globalId && !(byFinding && this.narrow)) void this.properties.show(globalId);
    else this.properties.hide();
    const colour = verdict ? SHAPE_COLOURS[verdict] : SELECTED_COLOUR;
    const outlined = this.drawing.outline(model, ids, colour);
    await Promise.all([model.refresh(), outlined]);
  }

  /** A stage too small to show properties beside the model; the finding's own row tells enough there. */
  private get narrow(): boolean {
    return this.host.clientWidth < NARROW_PIXELS;
  }

  private async clear(): Promise<void> {
    if (!this.model) return;
    this.say("");
    await this.select([], null, null);
  }

  /** Go to an element: open its storey from above, colour and outline it, draw the measured shape and its label. */
  private async fly({ globalId, shape, label, verdict }: Fly): Promise<void> {
    await this.ready;
    const model = this.model;
    if (!model) return;
    const found = globalId ? await model.find([globalId]) : { known: true, ids: [] };
    this.say("");
    const verdictShown = verdict ?? (globalId ? this.verdicts[globalId] : undefined);
    const box = await model.boxOf(found.ids);
    const drawn = shape && shape.points.length > 0 ? this.drawing.boxOf(model, shape) : null;
    if (drawn) box.union(drawn);
    if (box.isEmpty()) {
      await this.select([], found.known ? (globalId ?? null) : null, null);
      this.say(found.known ? t("这个构件在模型里没有实体，不能定位。") : t("这个构件不在这一版模型里。"));
      return;
    }
    void this.stage.look(box.clone().expandByScalar(NEAREST_LOOK_METRES / 2), {
      polar: Math.PI / 4,
      margin: 1.5,
      covered: this.narrow ? 0 : PROPERTIES_PIXELS,
    });
    if (globalId) await this.openStoreyOf(globalId, found.ids);
    const painted = this.select(found.ids, found.known ? (globalId ?? null) : null, verdictShown, true);
    if (shape && drawn) this.drawing.shape(model, shape, SHAPE_COLOURS[verdictShown ?? "fail"]);
    if (label) this.tag.show(label, (drawn ?? box).getCenter(box.min.clone()), verdictShown);
    await painted;
  }

  /** Take away what stands above the element: higher storeys, and ceilings and roofs of its own. */
  private async openStoreyOf(globalId: string, ids: number[]): Promise<void> {
    const model = this.model!;
    const storey = this.storeys.find(({ elements }) => elements.includes(globalId));
    model.look.hidden.clear();
    model.look.only = null;
    this.floors.mark(storey?.id ?? "");
    if (!storey) return;
    const height = storey.elevation ?? 0;
    const kept = this.storeys.filter((other) => (other.elevation ?? 0) <= height).flatMap((other) => other.elements);
    const own = new Set(await model.ids(storey.elements));
    const shown = (await model.ids(kept)).filter((id) => !(own.has(id) && model.isCeiling(id)));
    model.look.only = new Set([...shown, ...ids]);
  }

  private async isolate(storey: Storey | null): Promise<void> {
    const model = this.model!;
    model.look.hidden.clear();
    model.look.only = storey ? new Set(await model.ids(storey.elements)) : null;
    this.floors.mark(storey?.id ?? "");
    await model.refresh();
    const ids = storey ? [...model.look.only!].filter((id) => !model.isSpace(id)) : [];
    await this.stage.look(ids.length > 0 ? await model.boxOf(ids) : await model.wholeBox(), { margin: 1.06 });
  }

  private async isolateSelection(): Promise<void> {
    const model = this.model!;
    model.look.only = new Set(model.look.selected);
    await model.refresh();
    await this.stage.look(await model.boxOf(model.look.selected), { margin: 1.3 });
  }

  private async hideSelection(): Promise<void> {
    const model = this.model!;
    for (const id of model.look.selected) model.look.hidden.add(id);
    await this.clear();
  }

  private async reset(): Promise<void> {
    const model = this.model!;
    model.look.xray = false;
    this.toolbar.set("透视", false);
    this.toolbar.set("剖切", false);
    this.toolbar.set("测量", false);
    this.toggleSection(false);
    this.measure.toggle(false);
    model.look.selected = [];
    await this.isolate(null);
    await this.clear();
    await this.stage.look(await model.wholeBox(), { ...START, margin: 1.06 });
  }

  private toggleSection(on: boolean): void {
    this.section!.box.hidden = !on;
    this.section!.choose(on ? "y" : "none");
  }

  private async fullScreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.host.requestFullscreen();
  }

  private async recolour(verdicts: Verdicts): Promise<void> {
    await this.ready;
    if (!this.model) return;
    this.verdicts = verdicts;
    await this.model.setVerdicts(verdicts);
    this.toolbar.enable("按结论着色", this.model.hasVerdicts);
    this.floors.show(this.storeys, verdicts);
    this.legend.show(verdicts, this.model.look.byVerdict);
    await this.model.refresh();
  }

  private say(words: string): void {
    this.note.textContent = words;
    this.note.hidden = words === "";
  }

  dispose(): void {
    void this.model?.dispose();
    this.stage?.dispose();
  }
}

class FetchFailed extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}
