import { beside, element } from "../dom";
import { t } from "../text";
import { ColourPanel } from "./colour-panel";
import { Colours } from "./colours";
import type { Fly, ModelSource, Verdicts } from "./contract";
import { Disciplines } from "./disciplines";
import { Dock } from "./dock";
import { Federation } from "./federation";
import { FetchFailed, fetchBytes, fetchElements, modelsOf } from "./fetching";
import { listen } from "./input";
import { HelpSheet } from "./keys";
import { Measure } from "./measure";
import { FloorsPanel, PropertiesPanel, StatePanel } from "./panels";
import { Pins } from "./pins";
import { openPin, openRecord } from "./findings";
import { Queries } from "./queries";
import { SearchPanel } from "./search-panel";
import { Section } from "./section";
import { Selection } from "./selection";
import { SnapshotPanel } from "./snapshot-panel";
import { Stage } from "./stage";
import { mergedStoreys } from "./storeys";
import { Toolbar } from "./toolbar";
import { toolsOf } from "./tools";
import { showViewpoint, takeViewpoint } from "./view-state";
import { ViewsPanel } from "./views";
import { Walk } from "./walk";

const START = { azimuth: Math.PI / 5, polar: Math.PI / 3.1 };

/** The model viewer on one page element. See contract.ts for what goes in and out. */
export class Viewer {
  readonly state = new StatePanel();
  readonly dock = new Dock();
  readonly help = new HelpSheet();
  readonly floors = new FloorsPanel((storey) => void this.selection.isolateStorey(storey));
  readonly properties = new PropertiesPanel(() => void this.selection.clear());
  toolbar!: Toolbar;
  stage!: Stage;
  federation!: Federation;
  selection!: Selection;
  colours!: Colours;
  section!: Section;
  measure!: Measure;
  walk!: Walk;
  pins!: Pins;
  private colourPanel!: ColourPanel;
  private search!: SearchPanel;
  private views!: ViewsPanel;
  private snapshot!: SnapshotPanel;
  private disciplines!: Disciplines;
  private readonly note = element("div", { class: "stage-note", role: "status", hidden: true });
  private readonly ready: Promise<void>;

  constructor(readonly host: HTMLElement) {
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
    let sources: ModelSource[];
    try {
      sources = await modelsOf(this.host.dataset);
    } catch (error) {
      this.refuse(error);
      return;
    }
    if (sources.length === 0) {
      this.state.say(t("还没有可看的模型"), t("模型转换好以后会自动出现在这里。"));
      return;
    }
    if (!this.openStage()) return;
    const [first, ...others] = sources;
    try {
      this.build();
      await this.load(first!);
      await this.present();
    } catch (error) {
      this.refuse(error);
      return;
    }
    this.tellReady("ready", started);
    await this.loadOthers(others);
    if (others.length > 0) await this.colourAtFirst();
    this.tellReady("complete", started);
    const guid = new URLSearchParams(location.search).get("viewpoint");
    if (guid) await this.views.goTo(guid).catch(() => this.say(t("视点没有取到。")));
    void this.federation.drawEdges();
  }

  private openStage(): boolean {
    const canvas = element("canvas", { tabindex: 0, "aria-label": t("三维模型，方向键转动，加减号缩放，问号看快捷键") });
    this.host.prepend(canvas);
    try {
      this.stage = new Stage(this.host, canvas);
    } catch {
      canvas.remove();
      this.state.say(
        t("这台设备不能显示三维"),
        t("浏览器没有打开 WebGL。审查结论不受影响，右侧清单照常可用；要看模型，请换用新版浏览器或打开硬件加速。"),
      );
      return false;
    }
    return true;
  }

  /** All parts, with no model yet. */
  private build(): void {
    const { host, stage } = this;
    const say = (words: string): void => this.say(words);
    this.federation = new Federation(stage, host.dataset.workerUrl ?? beside("fragments-worker.mjs"));
    const { federation } = this;
    const panels = { floors: this.floors, properties: this.properties };
    this.selection = new Selection(stage, federation, panels, { say, changed: () => this.enableSelectionTools() });
    const queries = new Queries(federation);
    this.colours = new Colours(federation, queries, host.dataset, {
      only: (chosen) => this.selection.only(chosen),
      all: () => this.selection.isolateStorey(null),
      changed: () => this.markColours(),
    });
    this.section = new Section(stage, federation, () => this.dock.covers(host));
    this.measure = new Measure(stage, federation, say);
    this.walk = new Walk(stage, federation, say);
    this.pins = new Pins(stage, {
      open: (pin) => openPin(pin),
      nearer: (box) => void stage.look(box, { margin: 1.2 }),
    });
    this.disciplines = new Disciplines(federation, {
      changed: (model) => void model.refresh().then(() => this.tell()),
      fit: (model) => void model.wholeBox().then((box) => stage.look(box, { margin: 1.06 })),
    });
    const visible = (): string => federation.models.map(({ from, look }) => `${from.id}${String(look.visible)}`).join();
    this.colourPanel = new ColourPanel(queries, {
      way: (way) => void this.colours.by(way),
      property: (property) => this.colours.byProperty(property),
      visible,
    });
    this.search = new SearchPanel(queries, {
      only: ({ of }) => void this.chosen(of).then((chosen) => this.selection.only(chosen)),
      select: ({ of }) => void this.chosen(of).then((chosen) => this.selection.select(chosen)),
      fly: (globalId) => void this.fly({ globalId }),
      visible,
    });
    this.views = new ViewsPanel(host.dataset.viewpointsUrl, {
      take: () => takeViewpoint(stage, federation),
      go: (viewpoint) => showViewpoint(stage, federation, this.section, viewpoint),
    });
    this.snapshot = new SnapshotPanel({
      take: () => stage.picture(),
      record: () => openRecord(host),
    });
    this.toolbar = new Toolbar(toolsOf(this));
  }

  private async chosen(of: Map<Federation["base"], string[]>): Promise<Map<Federation["base"], number[]>> {
    const found = await Promise.all(
      [...of].map(async ([model, globalIds]) => [model, (await model.find(globalIds)).ids] as const),
    );
    return new Map(found.filter(([, ids]) => ids.length > 0));
  }

  private async load(from: ModelSource): Promise<void> {
    const [bytes, elements] = await Promise.all([
      fetchBytes(from.modelUrl, (percent) => this.federation.models.length === 0 && this.state.loading(percent)),
      fetchElements(from.elementsUrl),
    ]);
    const model = await this.federation.add(from, bytes);
    model.storeys = elements.storeys;
    model.verdicts = elements.verdicts ?? {};
  }

  /** First picture: tools, storeys, the whole building from the south-west. */
  private async present(): Promise<void> {
    const { host, stage } = this;
    await this.colourAtFirst();
    await this.showPanels();
    host.append(this.toolbar.box, this.disciplines.box, this.floors.box, this.dock.box, this.colours.legend.box);
    host.append(this.pins.box, this.properties.box, this.walk.pad, this.note, this.help.dialog);
    await stage.look(await this.federation.wholeBox(), { ...START, margin: 1.06, smooth: false });
    await this.federation.refresh();
    this.state.hide();
    listen(this);
    stage.onFrame.push(() => this.tell());
    void this.pins.load(this.federation.base, host.dataset.topicsUrl);
  }

  /** The other disciplines come one after the other, so that the first is usable meanwhile. One that fails is named and left out. */
  private async loadOthers(others: ModelSource[]): Promise<void> {
    for (const [index, from] of others.entries()) {
      this.say(t("正在读取 {name}（{index}/{count}）", { name: from.label, index: index + 2, count: others.length + 1 }));
      try {
        await this.load(from);
        void this.pins.load(this.federation.models.at(-1)!);
        await this.showPanels();
      } catch (error) {
        console.error(error);
        this.say(t("{name} 没有打开，其他模型照常。", { name: from.label }));
        continue;
      }
      this.say("");
    }
    if (others.length > 0) await this.stage.look(await this.federation.wholeBox(), { ...START, margin: 1.06 });
  }

  private async showPanels(): Promise<void> {
    const { federation } = this;
    const models = federation.models.map((model) => ({
      storeys: model.storeys,
      height: (elevation: number) => federation.elevation(model.fromIfc([0, 0, elevation]).y),
    }));
    this.selection.storeys = mergedStoreys(models);
    const verdicts: Verdicts = Object.assign({}, ...federation.models.map((model) => model.verdicts));
    this.floors.show(this.selection.storeys, verdicts);
    await this.disciplines.show();
    this.toolbar.enable("全屏", document.fullscreenEnabled);
    this.toolbar.enable("按结论着色", this.colours.hasVerdicts);
    this.colourPanel.offer(this.colours.ways);
    this.enableSelectionTools();
  }

  private async colourAtFirst(): Promise<void> {
    const { ways } = this.colours;
    if (ways.difference && this.federation.models.length > 1) await this.colours.by("difference");
    else if (ways.verdict && !ways.difference && this.host.dataset.colour !== "plain") await this.colours.by("verdict");
  }

  private markColours(): void {
    this.toolbar?.set("按结论着色", this.colours.way === "verdict");
    this.colourPanel?.mark(this.colours.way);
    this.host.dataset.coloured = this.colours.way;
  }

  private enableSelectionTools(): void {
    const some = !this.selection.isEmpty;
    this.toolbar.enable("只看选中", some);
    this.toolbar.enable("隐藏选中", some);
  }

  /** Panels of the tools: one at a time. */
  openPanel(name: "colour" | "section" | "measure" | "search" | "views" | "snapshot", on: boolean): void {
    const { dock, toolbar } = this;
    if (!on) {
      dock.close();
      return;
    }
    const closed =
      (tool: string, more: () => void = () => {}) =>
      () => {
        toolbar.set(tool, false);
        more();
      };
    if (name === "colour") dock.open(name, t("着色"), this.colourPanel.body, closed("着色"));
    else if (name === "section") dock.open(name, t("剖切"), this.section.body, closed("剖切"));
    else if (name === "measure") {
      const end = closed("测量", () => this.measure.toggle(false));
      dock.open(name, t("测量"), this.measure.body, end);
      this.measure.toggle(true);
    } else if (name === "search") dock.open(name, t("查找构件"), this.search.body, closed("查找构件"));
    else if (name === "views") dock.open(name, t("视点"), this.views.body, closed("视点"));
    else dock.open(name, t("快照"), this.snapshot.body, closed("快照"));
    if (name === "section") void this.section.opened();
    if (name === "colour") void this.colourPanel.opened();
    if (name === "search") void this.search.opened();
    if (name === "views") void this.views.opened();
    if (name === "snapshot") void this.snapshot.opened();
  }

  async walkAbout(on: boolean): Promise<void> {
    if (!on) this.walk.stop();
    else if (await this.walk.start()) {
      this.dock.close();
      this.stage.canvas.focus();
    }
    this.toolbar.set("漫游", this.walk.active);
  }

  async xray(on: boolean): Promise<void> {
    for (const { look } of this.federation.models) look.xray = on;
    await this.federation.refresh();
  }

  async showAll(): Promise<void> {
    this.colours.legend.release();
    await this.selection.isolateStorey(null);
    if (this.colours.way === "difference") await this.colours.by("difference");
  }

  async reset(): Promise<void> {
    await this.walkAbout(false);
    this.dock.close();
    await this.section.choose("none");
    this.toolbar.set("透视", false);
    for (const { look } of this.federation.models) Object.assign(look, { xray: false, visible: true, opacity: 1, selected: [] });
    await this.disciplines.show();
    await this.showAll();
    await this.selection.clear();
    await this.stage.look(await this.federation.wholeBox(), { ...START, margin: 1.06 });
  }

  async fullScreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.host.requestFullscreen();
  }

  private async fly(flight: Fly): Promise<void> {
    await this.ready.catch(() => {});
    if (!this.federation?.models.length) return;
    if (this.walk.active) await this.walkAbout(false);
    await this.selection.fly(flight);
  }

  private async recolour(verdicts: Verdicts): Promise<void> {
    await this.ready.catch(() => {});
    if (!this.federation?.models.length) return;
    this.federation.base.verdicts = verdicts;
    await this.showPanels();
    if (this.colours.way === "verdict") await this.colours.by("verdict");
  }

  say(words: string): void {
    this.note.textContent = words;
    this.note.hidden = words === "";
  }

  private refuse(error: unknown): void {
    console.error(error);
    const status = error instanceof FetchFailed ? error.status : 0;
    const text = status
      ? t("模型文件没有取到（{status}）。刷新页面再试；仍不行，请重新转换这个模型。", { status })
      : t("模型文件不完整或版本不符，请重新转换这个模型。");
    this.state.say(t("模型打不开"), text, () => location.reload());
  }

  private tellReady(name: "ready" | "complete", started: number): void {
    const ms = Math.round(performance.now() - started);
    this.host.dataset[name] = String(ms);
    this.host.dispatchEvent(new CustomEvent(`hezhu:${name}`, { bubbles: true, detail: { ms } }));
  }

  /** What is seen, as numbers on the element: for tests and measurements. */
  private tell(): void {
    const { federation, host } = this;
    host.dataset.shown = String(federation.shownCount);
    host.dataset.bodies = String(federation.bodyCount);
    host.dataset.models = String(federation.models.filter(({ look }) => look.visible).length);
  }

  dispose(): void {
    void this.federation?.dispose();
    this.stage?.dispose();
  }
}
