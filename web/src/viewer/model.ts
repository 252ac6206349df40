import {
  type FragmentsModel,
  type FragmentsModels,
  type MaterialDefinition,
  RenderedFaces,
  SnappingClass,
} from "@thatopen/fragments";
import * as THREE from "three";
import { type Elements, type ModelSource, type Point, SELECTED_COLOUR, type Storey, VERDICT_COLOURS } from "./contract";
import { EdgeLines, edgesOf } from "./edges";
import { type Look, plainLook } from "./look";
import { BaseMaterials, MARK, XRAY_OPACITY } from "./materials";
import { fromIfc, sceneMatrix } from "./placement";
import type { Stage } from "./stage";

const SPACE_OPACITY = 0.4;
/** Classes whose edges make the picture readable; furniture and fittings would only blacken it. */
const DRAWN =
  /^IFC(WALL|WALLSTANDARDCASE|SLAB|ROOF|COLUMN|BEAM|STAIR|STAIRFLIGHT|RAMP|RAMPFLIGHT|DOOR|WINDOW|PLATE|CURTAINWALL|BUILDINGELEMENTPROXY)$/;
/** With more bodies than this, edges would be drawn for a part only and cost more than they tell. */
const MOST_DRAWN_BODIES = 12_000;
/** What hides a room from above. */
const CEILINGS = /^IFC(COVERING|ROOF)$/;
/** What one stands on. */
const FLOORS =
  /^IFC(SLAB|STAIR|STAIRFLIGHT|RAMP|RAMPFLIGHT|ROOF|SITE|FOOTING|GEOGRAPHICELEMENT|BUILDINGELEMENTPROXY|TRANSPORTELEMENT)/;
/** What one walks through. */
const OPEN = /^IFC(DOOR|SPACE|OPENINGELEMENT|COVERING|ANNOTATION|GRID)/;

export interface Hit {
  model: Model;
  id: number;
  point: THREE.Vector3;
  normal: THREE.Vector3 | null;
  distance: number;
}

/** What a pointer or a probing ray looks along. */
export interface Sight {
  camera: THREE.PerspectiveCamera;
  mouse: THREE.Vector2;
  dom: HTMLCanvasElement;
}

/** One loaded model: what is visible, in which colour, and where things are. */
export class Model {
  readonly look: Look = plainLook();
  storeys: Storey[] = [];
  verdicts: NonNullable<Elements["verdicts"]> = {};
  bodies: number[] = [];
  shown = new Set<number>();
  private withBody = new Set<number>();
  private spaces = new Set<number>();
  private ceilings = new Set<number>();
  private open = new Set<number>();
  private floors = new Set<number>();
  readonly offset = new THREE.Vector3();
  private coloured = false;
  private edgeLines: EdgeLines | null = null;
  private readonly base: BaseMaterials;
  private painting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly stage: Stage,
    private readonly fragments: FragmentsModels,
    readonly from: ModelSource,
    readonly source: FragmentsModel,
  ) {
    this.base = new BaseMaterials(source);
  }

  /** Read a fragments file. Throws when the bytes are not one. */
  static async load(stage: Stage, fragments: FragmentsModels, from: ModelSource, bytes: Uint8Array): Promise<Model> {
    const source = await fragments.load(bytes, { modelId: from.id, camera: stage.camera });
    const model = new Model(stage, fragments, from, source);
    await model.prepare();
    return model;
  }

  private async prepare(): Promise<void> {
    const { source, stage } = this;
    source.getClippingPlanesEvent = () => stage.planes;
    source.onViewUpdated.add(() => stage.redraw());
    source.tiles.onItemSet.add(() => stage.redraw());
    const [bodies, categories, coordinates] = await Promise.all([
      source.getItemsIdsWithGeometry(),
      source.getItemsOfCategories([OPEN, CEILINGS, FLOORS]),
      source.getCoordinates(),
    ]);
    this.bodies = bodies;
    this.withBody = new Set(bodies);
    this.shown = new Set(bodies);
    for (const [category, items] of Object.entries(categories)) {
      if (category === "IFCSPACE") this.spaces = new Set(items);
      for (const item of items) {
        if (CEILINGS.test(category)) this.ceilings.add(item);
        if (OPEN.test(category)) this.open.add(item);
        if (FLOORS.test(category)) this.floors.add(item);
      }
    }
    this.offset.set(coordinates[0] ?? 0, coordinates[1] ?? 0, coordinates[2] ?? 0);
  }

  /** Stand where the base model's placement and this one's say; without both, at the same IFC origin. */
  place(base: Model): void {
    const { object } = this.source;
    object.matrixAutoUpdate = false;
    const matrix = sceneMatrix(
      { placement: base.from.placement, offset: base.offset },
      { placement: this.from.placement, offset: this.offset },
    );
    object.matrix.copy(matrix);
    object.matrix.decompose(object.position, object.quaternion, object.scale);
    this.stage.scene.add(object);
    object.updateMatrixWorld(true);
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

  /** A point in this model's IFC axes (metres, Z up) as a point of the scene. */
  fromIfc(point: Point): THREE.Vector3 {
    return fromIfc(point, this.offset).applyMatrix4(this.source.object.matrixWorld);
  }

  isSpace(id: number): boolean {
    return this.spaces.has(id);
  }

  isCeiling(id: number): boolean {
    return this.ceilings.has(id);
  }

  /** Doors, rooms and linings do not stop a walker. */
  isOpen(id: number): boolean {
    return this.open.has(id);
  }

  /** Slabs, stairs, ramps and ground carry a walker; the top of a wall does not. */
  isFloor(id: number): boolean {
    return this.floors.has(id);
  }

  /** Boxes of all rooms. */
  async rooms(): Promise<THREE.Box3[]> {
    const rooms = [...this.spaces].filter((id) => this.hasBody(id));
    return rooms.length > 0 ? this.source.getBoxes(rooms) : [];
  }

  hasBody(id: number): boolean {
    return this.withBody.has(id);
  }

  /** Local ids with a body for GlobalIds; an element without its own body stands for its parts. */
  async find(globalIds: string[]): Promise<{ known: boolean; ids: number[] }> {
    const local = await this.ids(globalIds);
    if (local.length === 0) return { known: false, ids: [] };
    let ids = local.filter((id) => this.hasBody(id));
    if (ids.length === 0) ids = (await this.source.getItemsChildren(local)).filter((id) => this.hasBody(id));
    return { known: true, ids };
  }

  /** Local ids for a long list of GlobalIds; unknown ones are left out. */
  async ids(globalIds: string[]): Promise<number[]> {
    if (globalIds.length === 0) return [];
    return (await this.source.getLocalIdsByGuids(globalIds)).filter((id): id is number => id !== null);
  }

  /** As `ids`, of those with a body. */
  async bodiesOf(globalIds: string[]): Promise<number[]> {
    return (await this.ids(globalIds)).filter((id) => this.hasBody(id));
  }

  async globalIds(ids: number[]): Promise<string[]> {
    if (ids.length === 0) return [];
    return (await this.source.getGuidsByLocalIds(ids)).filter((guid): guid is string => guid !== null);
  }

  async boxOf(ids: number[]): Promise<THREE.Box3> {
    return ids.length > 0 ? this.source.getMergedBox(ids) : new THREE.Box3();
  }

  /** Bring the picture in line with `look`; calls run one after the other. */
  refresh(): Promise<void> {
    this.painting = this.painting.then(() => this.paint()).catch((error) => console.error(error));
    return this.painting;
  }

  private async paint(): Promise<void> {
    const { look, source } = this;
    const selected = new Set(look.selected);
    source.object.visible = look.visible;
    const visible = this.bodies.filter((id) => {
      if (!look.visible) return false;
      if (selected.has(id)) return true;
      if (this.spaces.has(id) || look.hidden.has(id)) return false;
      return look.only === null || look.only.has(id);
    });
    await this.show(new Set(visible));
    if (this.coloured) await source.resetHighlight(undefined);
    this.coloured = false;
    const opacity = look.xray ? Math.min(XRAY_OPACITY, look.opacity) : look.opacity;
    this.base.set(look.paints !== null, opacity);
    for (const paint of look.paints ?? []) {
      const ids = paint.ids.filter((id) => !selected.has(id) && this.shown.has(id));
      await this.colour(ids, paint.colour, paint.opacity ?? (look.opacity < 1 ? look.opacity : 1), paint.name);
    }
    const hue = look.selectedVerdict ? VERDICT_COLOURS[look.selectedVerdict] : SELECTED_COLOUR;
    const [spaces, solid] = [look.selected.filter((id) => this.isSpace(id)), look.selected.filter((id) => !this.isSpace(id))];
    await this.colour(spaces, hue, SPACE_OPACITY, "space");
    await this.colour(solid, hue, 1, "selected");
    this.edgeLines?.show(this.shown, opacity < 1);
    await this.fragments.update(true);
    this.stage.redraw();
  }

  private async colour(ids: number[], colour: number, opacity: number, name: string): Promise<void> {
    if (ids.length === 0) return;
    const material: MaterialDefinition = {
      customId: `${MARK}${name}-${colour}-${opacity}`,
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
    if (this.bodies.length > MOST_DRAWN_BODIES) return;
    const items = await this.source.getItemsOfCategories([DRAWN]);
    const ids = Object.values(items)
      .flat()
      .filter((id) => this.hasBody(id));
    const { source } = this;
    this.edgeLines = new EdgeLines(this.stage, source.object, (batch) => source.getItemsGeometry(batch));
    await this.edgeLines.prepare(
      ids,
      () => this.shown,
      () => this.painting,
    );
  }

  /** What lies along a sight: the element and the point hit, snapped to a corner or edge when `snap`. */
  async hit(sight: Sight, snap = false): Promise<Hit | null> {
    if (!this.look.visible) return null;
    const { camera } = sight;
    if (snap) {
      const snappingClasses = [SnappingClass.POINT, SnappingClass.LINE];
      const near = (await this.source.raycastWithSnapping({ ...sight, snappingClasses }))?.[0];
      if (near) return this.asHit(near, camera);
    }
    const found = await this.source.raycast(sight);
    return found ? this.asHit(found, camera) : null;
  }

  private asHit(found: { localId: number; point: THREE.Vector3; normal?: THREE.Vector3 }, camera: THREE.Camera): Hit {
    const { localId: id, point, normal } = found;
    return { model: this, id, point, normal: normal ?? null, distance: point.distanceTo(camera.position) };
  }

  /** Edges of elements as one line set, to draw over whatever stands in front. */
  async edges(ids: number[]): Promise<THREE.BufferGeometry[]> {
    const meshes = (await this.source.getItemsGeometry(ids)).flat();
    const place = this.source.object.matrixWorld;
    return meshes.map((mesh) => edgesOf(mesh, place)).filter((edges) => edges !== null);
  }

  dispose(): void {
    this.edgeLines?.dispose();
  }
}
