import * as THREE from "three";
import { Line2 } from "three/addons/lines/Line2.js";
import { LineGeometry } from "three/addons/lines/LineGeometry.js";
import { LineMaterial } from "three/addons/lines/LineMaterial.js";
import { LineSegments2 } from "three/addons/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/addons/lines/LineSegmentsGeometry.js";
import { type Shape } from "./contract";
import type { Model } from "./model";
import type { Stage } from "./stage";

const ON_TOP = 10;
const LINE_PIXELS = 3;
const EDGE_PIXELS = 1.5;
const POINT_PIXELS = 9;

/** Lines drawn over the model: the outline of the chosen element and the proof of its measurement. */
export class Drawing {
  private readonly group = new THREE.Group();
  private turn = 0;

  /** In the overlay nothing of it is cut away by a section. */
  constructor(
    private readonly stage: Stage,
    scene: THREE.Scene = stage.scene,
  ) {
    this.group.renderOrder = ON_TOP;
    scene.add(this.group);
  }

  clear(): void {
    this.turn++;
    for (const child of [...this.group.children]) {
      this.group.remove(child);
      if (child instanceof THREE.Mesh || child instanceof THREE.Points) child.geometry.dispose();
    }
    this.stage.redraw();
  }

  /** Outline elements, visible through walls. */
  async outline(model: Model, ids: number[], colour: number): Promise<void> {
    const turn = this.turn;
    const all = await model.edges(ids);
    if (turn !== this.turn) return; // cleared meanwhile
    for (const edges of all) {
      const geometry = new LineSegmentsGeometry().setPositions(edges.getAttribute("position").array as Float32Array);
      edges.dispose();
      this.group.add(new LineSegments2(geometry, material(colour, EDGE_PIXELS)));
    }
    this.stage.redraw();
  }

  /** Where `shape` lies in the scene. */
  boxOf(model: Model, shape: Shape): THREE.Box3 {
    return new THREE.Box3().setFromPoints(shape.points.map((point) => model.fromIfc(point)));
  }

  shape(model: Model, shape: Shape, colour: number): void {
    const points = shape.points.map((point) => model.fromIfc(point));
    const [first, second] = points;
    if (!first) return;
    if (shape.kind === "point" || !second) this.dots([first], colour);
    else if (shape.kind === "box") this.boxEdges(this.boxOf(model, shape), colour);
    else {
      const closed = shape.kind === "polygon" && points.length > 2;
      this.path(closed ? [...points, first] : points, colour);
      if (closed) this.fill(points, colour);
      if (shape.kind === "line") this.dots([first, points[points.length - 1]!], colour);
    }
    this.stage.redraw();
  }

  /** Straight lines from scene point to scene point, as the measuring tool draws them. */
  chain(points: THREE.Vector3[], colour: number): void {
    if (points.length > 1) this.path(points, colour);
    if (points.length > 0) this.dots(points, colour);
    this.stage.redraw();
  }

  dots(points: THREE.Vector3[], colour: number): void {
    const geometry = new THREE.BufferGeometry().setFromPoints(points);
    const look = new THREE.PointsMaterial({ color: colour, size: POINT_PIXELS, sizeAttenuation: false, depthTest: false });
    this.add(new THREE.Points(geometry, look));
  }

  private path(points: THREE.Vector3[], colour: number): void {
    const geometry = new LineGeometry().setPositions(points.flatMap((point) => point.toArray()));
    this.add(new Line2(geometry, material(colour, LINE_PIXELS)));
  }

  private boxEdges(box: THREE.Box3, colour: number): void {
    const size = box.getSize(new THREE.Vector3());
    const body = new THREE.BoxGeometry(size.x, size.y, size.z);
    body.translate(...box.getCenter(new THREE.Vector3()).toArray());
    const edges = new THREE.EdgesGeometry(body);
    const geometry = new LineSegmentsGeometry().setPositions(edges.getAttribute("position").array as Float32Array);
    this.add(new LineSegments2(geometry, material(colour, LINE_PIXELS)));
    body.dispose();
    edges.dispose();
  }

  /** Fill a polygon, seen along the axis on which it is flattest. */
  private fill(points: THREE.Vector3[], colour: number): void {
    const size = new THREE.Box3().setFromPoints(points).getSize(new THREE.Vector3());
    const flat = size.y <= size.x && size.y <= size.z ? "y" : size.x <= size.z ? "x" : "z";
    const plane = points.map(({ x, y, z }) =>
      flat === "y" ? new THREE.Vector2(x, z) : flat === "x" ? new THREE.Vector2(y, z) : new THREE.Vector2(x, y),
    );
    const geometry = new THREE.BufferGeometry().setFromPoints(points);
    geometry.setIndex(THREE.ShapeUtils.triangulateShape(plane, []).flat());
    const look = { color: colour, transparent: true, opacity: 0.22, side: THREE.DoubleSide, depthTest: false };
    this.add(new THREE.Mesh(geometry, new THREE.MeshBasicMaterial(look)));
  }

  private add(object: THREE.Object3D): void {
    object.renderOrder = ON_TOP;
    this.group.add(object);
  }
}

function material(color: number, linewidth: number): LineMaterial {
  return new LineMaterial({ color, linewidth, depthTest: false, transparent: true });
}
