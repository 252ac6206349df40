import { type FragmentsModel, FragmentsModels, type MaterialDefinition, RenderedFaces, SnappingClass } from "@thatopen/fragments";
import * as THREE from "three";
import { type Point, SELECTED_COLOUR, VERDICT_COLOURS, type Verdict, type Verdicts } from "./contract";
import { EdgeLines, edgesOf } from "./edges";
import { BaseMaterials, MARK } from "./materials";
import type { Stage } from "./stage";

const SPACE_OPACITY = 0.4;
/** Classes whose edges make the picture readable; furniture and fittings would only blacken it. */
const DRAWN =
  /^IFC(WALL|WALLSTANDARDCASE|SLAB|ROOF|COLUMN|BEAM|STAIR|STAIRFLIGHT|RAMP|RAMPFLIGHT|DOOR|WINDOW|PLATE|CURTAINWALL|BUILDINGELEMENTPROXY)$/;
const VERDICTS: Verdict[] = ["fail", "manual", "pass", "na"];
/** Findings that do not apply are not sent; what an item of the assembly rate leaves out is grey. */
const COLOURED: Verdict[] = ["fail", "manual", "pass", "na"];
/** What hides a room from above. */
const CEILINGS = /^IFC(COVERING|ROOF)$/;

/** How the model is to look. All ids are the fragments' own local ids. */
interface Look {
  /** Only these, when set. */
  only: Set<number> | null;
  hidden: Set<number>;
  xray: boolean;
  byVerdict: boolean;
  selected: number[];
  selectedVerdict: Verdict | null;
}

/** One loaded model: what is visible, in which colour, and where things are. */
export class Model {
  readonly look: Look = { only: null, hidden: new Set(), xray: false, byVerdict: true, selected: [], selectedVerdict: null };
  private bodies: number[] = [];
  private spaces = new Set<number>();
  private ceilings = new Set<number>();
  private readonly byVerdict = new Map<Verdict, number[]>();
  private readonly offset = new THREE.Vector3();
  private shown = new Set<number>();
  private coloured = false;
  private edgeLines: EdgeLines | null = null;
  private readonly base: BaseMaterials;
  private painting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly stage: Stage,
    private readonly fragments: FragmentsModels,
    readonly source: FragmentsModel,
  ) {
    this.base = new BaseMaterials(fragments);
  }

  /** Read a fragments file. Throws when the bytes are not one. */
  static async load(stage: Stage, workerUrl: string, bytes: Uint8Array): Promise<Model> {
    const fragments = new FragmentsModels(workerUrl);
    fragments.settings.graphicsQuality = 1;
    try {
      const source = await fragments.load(bytes, { modelId: "model", camera: stage.camera });
      const model = new Model(stage, fragments, source);
      await model.prepare();
      return model;
    } catch (error) {
      await fragments.dispose();
      throw error;
    }
  }

  private async prepare(): Promise<void> {
    const { source, stage } = this;
    stage.scene.add(source.object);
    source.getClippingPlanesEvent = () => stage.renderer.clippingPlanes;
    source.onViewUpdated.add(() => stage.redraw());
    source.tiles.onItemSet.add(() => stage.redraw());
    stage.onMove.push((resting) => void this.fragments.update(resting).then(() => stage.redraw()));
    const [bodies, categories, coordinates] = await Promise.all([
      source.getItemsIdsWithGeometry(),
      source.getItemsOfCategories([/^IFC(SPACE|COVERING|ROOF)$/]),
      source.getCoordinates(),
    ]);
    this.bodies = bodies;
    this.shown = new Set(bodies);
    this.spaces = new Set(categories.IFCSPACE ?? []);
    for (const [category, items] of Object.entries(categories)) {
      if (CEILINGS.test(category)) for (const item of items) this.ceilings.add(item);
    }
    this.offset.set(coordinates[0] ?? 0, coordinates[1] ?? 0, coordinates[2] ?? 0);
  }

  /** Box of everything that has a body. */
  get box(): THREE.Box3 {
    return this.source.box;
  }

  /** Box of what stands there when nothing is hidden: rooms and their air do not count. */
  async wholeBox(): Promise<THREE.Box3> {
    const solid = this.bodies.filter((id) => !this.spaces.has(id));
    return solid.length > 0 ? this.boxOf(solid) : this.box;
  }

  /** A point in IFC axes (metres, Z up) as a point of the scene (Y up, moved near the origin). */
  fromIfc([x, y, z]: Point): THREE.Vector3 {
    return new THREE.Vector3(x, z, -y).add(this.offset);
  }

  /** Height of a scene point in the model's own metres. */
  elevation(sceneY: number): number {
    return sceneY - this.offset.y;
  }

  isSpace(id: number): boolean {
    return this.spaces.has(id);
  }

  isCeiling(id: number): boolean {
    return this.ceilings.has(id);
  }

  /** Local ids with a body for GlobalIds; an element without its own body stands for its parts. */
  async find(globalIds: string[]): Promise<{ known: boolean; ids: number[] }> {
    const local = (await this.source.getLocalIdsByGuids(globalIds)).filter((id): id is number => id !== null);
    if (local.length === 0) return { known: false, ids: [] };
    const bodies = new Set(this.bodies);
    let ids = local.filter((id) => bodies.has(id));
    if (ids.length === 0) ids = (await this.source.getItemsChildren(local)).filter((id) => bodies.has(id));
    return { known: true, ids };
  }

  /** Local ids for a long list of GlobalIds; unknown ones are left out. */
  async ids(globalIds: string[]): Promise<number[]> {
    if (globalIds.length === 0) return [];
    return (await this.source.getLocalIdsByGuids(globalIds)).filter((id): id is number => id !== null);
  }

  async globalId(id: number): Promise<string | null> {
    return (await this.source.getGuidsByLocalIds([id]))[0] ?? null;
  }

  async boxOf(ids: number[]): Promise<THREE.Box3> {
    return ids.length > 0 ? this.source.getMergedBox(ids) : new THREE.Box3();
  }

  async setVerdicts(verdicts: Verdicts): Promise<void> {
    this.byVerdict.clear();
    for (const verdict of VERDICTS) {
      const globalIds = Object.keys(verdicts).filter((globalId) => verdicts[globalId] === verdict);
      const bodies = new Set(this.bodies);
      this.byVerdict.set(
        verdict,
        (await this.ids(globalIds)).filter((id) => bodies.has(id)),
      );
    }
  }

  get hasVerdicts(): boolean {
    return [...this.byVerdict.values()].some((ids) => ids.length > 0);
  }

  /** Bring the picture in line with `look`; calls run one after the other. */
  refresh(): Promise<void> {
    this.painting = this.painting.then(() => this.paint()).catch((error) => console.error(error));
    return this.painting;
  }

  private async paint(): Promise<void> {
    const { look, source } = this;
    const selected = new Set(look.selected);
    const visible = this.bodies.filter((id) => {
      if (selected.has(id)) return true;
      if (this.spaces.has(id) || look.hidden.has(id)) return false;
      return look.only === null || look.only.has(id);
    });
    await this.show(new Set(visible));
    if (this.coloured) await source.resetHighlight(undefined);
    this.coloured = false;
    const byVerdict = look.byVerdict && this.hasVerdicts;
    this.base.set(byVerdict, look.xray);
    if (byVerdict) {
      for (const verdict of COLOURED) {
        const ids = (this.byVerdict.get(verdict) ?? []).filter((id) => !selected.has(id) && this.shown.has(id));
        await this.colour(ids, VERDICT_COLOURS[verdict], 1, verdict);
      }
    }
    const hue = look.selectedVerdict ? VERDICT_COLOURS[look.selectedVerdict] : SELECTED_COLOUR;
    const spaces = look.selected.filter((id) => this.spaces.has(id));
    await this.colour(spaces, hue, SPACE_OPACITY, "space");
    await this.colour(
      look.selected.filter((id) => !this.spaces.has(id)),
      hue,
      1,
      "selected",
    );
    this.edgeLines?.show(this.shown, look.xray);
    await this.fragments.update(true);
    this.stage.redraw();
  }

  private async colour(ids: number[], colour: number, opacity: number, name: string): Promise<void> {
    if (ids.length === 0) return;
    const material: MaterialDefinition = {
      customId: `${MARK}${name}-${colour}`,
      color: new THREE.Color(colour),
      renderedFaces: RenderedFaces.TWO,
      opacity,
      transparent: opacity < 1,
      depthWrite: opacity >= 1,
    };
    this.coloured = true;
    await this.source.highlight(ids, material);
  }

  /** Tell the source only what changed: visibility of a whole model is slow to set. */
  private async show(wanted: Set<number>): Promise<void> {
    const leaving = [...this.shown].filter((id) => !wanted.has(id));
    const coming = [...wanted].filter((id) => !this.shown.has(id));
    if (leaving.length > 0) await this.source.setVisible(leaving, false);
    if (coming.length > 0) await this.source.setVisible(coming, true);
    this.shown = wanted;
  }

  /** Draw the edges of the visible building elements, as on a drawing. Comes after the first picture, in idle time. */
  async drawEdges(): Promise<void> {
    const items = await this.source.getItemsOfCategories([DRAWN]);
    const bodies = new Set(this.bodies);
    const ids = Object.values(items)
      .flat()
      .filter((id) => bodies.has(id));
    this.edgeLines = new EdgeLines(this.stage, (batch) => this.source.getItemsGeometry(batch));
    await this.edgeLines.prepare(
      ids,
      () => this.shown,
      () => this.painting,
    );
  }

  /** What lies under a pointer: the element and the point hit, snapped to a corner when `snap`. */
  async hit(event: { clientX: number; clientY: number }, snap = false): Promise<{ id: number; point: THREE.Vector3 } | null> {
    const { camera, canvas: dom } = this.stage;
    const mouse = new THREE.Vector2(event.clientX, event.clientY);
    if (snap) {
      const snappingClasses = [SnappingClass.POINT, SnappingClass.LINE];
      const near = await this.source.raycastWithSnapping({ camera, mouse, dom, snappingClasses });
      const first = near?.[0];
      if (first) return { id: first.localId, point: first.point };
    }
    const found = await this.source.raycast({ camera, mouse, dom });
    return found ? { id: found.localId, point: found.point } : null;
  }

  /** Edges of elements as one line set, to draw over whatever stands in front. */
  async edges(ids: number[]): Promise<THREE.BufferGeometry[]> {
    const meshes = (await this.source.getItemsGeometry(ids)).flat();
    return meshes.map(edgesOf).filter((edges) => edges !== null);
  }

  async dispose(): Promise<void> {
    this.edgeLines?.dispose();
    await this.fragments.dispose();
  }
}
