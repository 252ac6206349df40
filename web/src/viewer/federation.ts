import { FragmentsModels } from "@thatopen/fragments";
import * as THREE from "three";
import type { ModelSource, Point } from "./contract";
import { type Hit, Model, type Sight } from "./model";
import { FAR_METRES, fromIfc, toIfc } from "./placement";
import type { Stage } from "./stage";

/** Elements of several models: which ones of each. */
export type Chosen = Map<Model, number[]>;

/** All models of the page in one scene. The first one's IFC axes are those of the scene, of views and of pins. */
export class Federation {
  readonly models: Model[] = [];
  private readonly fragments: FragmentsModels;

  constructor(
    private readonly stage: Stage,
    workerUrl: string,
  ) {
    this.fragments = new FragmentsModels(workerUrl);
    this.fragments.settings.graphicsQuality = 1;
    this.fragments.settings.autoCoordinate = false;
    const { fragments } = this;
    stage.onMove.push((resting) => void fragments.update(resting).then(() => stage.redraw()));
  }

  /** Read one more model and put it in its place. Throws when the bytes are no viewer file. */
  async add(from: ModelSource, bytes: Uint8Array): Promise<Model> {
    const model = await Model.load(this.stage, this.fragments, from, bytes);
    model.place(this.models[0] ?? model);
    this.models.push(model);
    return model;
  }

  get base(): Model {
    return this.models[0]!;
  }

  /** How far the middle of a model lies from the first one's, metres on the ground. */
  async distanceOf(model: Model): Promise<number> {
    if (model === this.base) return 0;
    const here = (await this.base.wholeBox()).getCenter(new THREE.Vector3());
    const there = (await model.wholeBox()).getCenter(new THREE.Vector3());
    return Math.hypot(here.x - there.x, here.z - there.z);
  }

  /** Too far to be seen in one picture. */
  async isFar(model: Model): Promise<boolean> {
    return (await this.distanceOf(model)) > FAR_METRES;
  }

  /** The box of all visible models that lie together; of the first when all are hidden. */
  async wholeBox(): Promise<THREE.Box3> {
    const box = new THREE.Box3();
    for (const model of this.models) {
      if (model.look.visible && !(await this.isFar(model))) box.union(await model.wholeBox());
    }
    return box.isEmpty() ? this.base.wholeBox() : box;
  }

  fromIfc(point: Point): THREE.Vector3 {
    return fromIfc(point, this.base.offset);
  }

  toIfc(point: THREE.Vector3): Point {
    return toIfc(point, this.base.offset);
  }

  /** Height of a scene point in the first model's own metres. */
  elevation(sceneY: number): number {
    return sceneY - this.base.offset.y;
  }

  async refresh(): Promise<void> {
    await Promise.all(this.models.map((model) => model.refresh()));
  }

  /** The nearest thing along a sight. */
  async hit(sight: Sight, snap = false): Promise<Hit | null> {
    const hits = await Promise.all(this.models.map((model) => model.hit(sight, snap)));
    return hits.filter((hit) => hit !== null).sort((a, b) => a.distance - b.distance)[0] ?? null;
  }

  /** Where elements with a body are, in which model; `known` is true when any model knows any of them. */
  async find(globalIds: string[]): Promise<{ known: boolean; chosen: Chosen }> {
    const chosen: Chosen = new Map();
    let known = false;
    for (const model of this.models) {
      const found = await model.find(globalIds);
      known ||= found.known;
      if (found.ids.length > 0) chosen.set(model, found.ids);
    }
    return { known, chosen };
  }

  async boxOf(chosen: Chosen): Promise<THREE.Box3> {
    const box = new THREE.Box3();
    for (const [model, ids] of chosen) box.union(await model.boxOf(ids));
    return box;
  }

  get selected(): Chosen {
    return new Map(this.models.filter(({ look }) => look.selected.length > 0).map((model) => [model, model.look.selected]));
  }

  async selectedGlobalIds(): Promise<string[]> {
    return (await Promise.all(this.models.map((model) => model.globalIds(model.look.selected)))).flat();
  }

  get shownCount(): number {
    return this.models.reduce((sum, model) => sum + model.shown.size, 0);
  }

  get bodyCount(): number {
    return this.models.reduce((sum, model) => sum + model.bodies.length, 0);
  }

  /** One after the other, so that a slow machine is not choked. */
  async drawEdges(): Promise<void> {
    for (const model of this.models) await model.drawEdges();
  }

  async dispose(): Promise<void> {
    for (const model of this.models) model.dispose();
    await this.fragments.dispose();
  }
}
