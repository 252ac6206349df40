import * as THREE from "three";
import { SELECTED_COLOUR } from "./contract";
import type { Stage } from "./stage";

type Axis = "x" | "y" | "z";
export type Face = "east" | "west" | "top" | "bottom" | "south" | "north";
/** The six faces in scene axes: x to the east, y up, z to the south. */
export const FACES: { face: Face; axis: Axis; side: 1 | -1 }[] = [
  { face: "east", axis: "x", side: 1 },
  { face: "west", axis: "x", side: -1 },
  { face: "top", axis: "y", side: 1 },
  { face: "bottom", axis: "y", side: -1 },
  { face: "south", axis: "z", side: 1 },
  { face: "north", axis: "z", side: -1 },
];
const LEAST_METRES = 0.1;
const HANDLE_PIXELS = 15;
/** A finger is wider than a pointer's tip. */
const REACH = { mouse: 18, pen: 24, touch: 32 };

/** The edges of a box and an arrow on each face that a pointer drags along its axis. */
export class BoxHandles {
  private readonly group = new THREE.Group();
  private readonly frame: THREE.LineSegments;
  private readonly arrows = new Map<Face, THREE.Mesh>();
  private readonly caster = new THREE.Raycaster();
  private dragged: (typeof FACES)[number] | null = null;
  private grip = 0;

  constructor(
    private readonly stage: Stage,
    private readonly box: THREE.Box3,
    private readonly onChange: () => void,
  ) {
    const look = { color: SELECTED_COLOUR, depthTest: false, transparent: true };
    this.frame = new THREE.LineSegments(
      new THREE.EdgesGeometry(new THREE.BoxGeometry(1, 1, 1)),
      new THREE.LineBasicMaterial(look),
    );
    this.group.add(this.frame);
    for (const { face, axis, side } of FACES) {
      const arrow = new THREE.Mesh(new THREE.ConeGeometry(0.5, 1.2, 20), new THREE.MeshBasicMaterial(look));
      const out = new THREE.Vector3();
      out[axis] = side;
      arrow.quaternion.setFromUnitVectors(new THREE.Vector3(0, 1, 0), out);
      this.arrows.set(face, arrow);
      this.group.add(arrow);
    }
    stage.onFrame.push(() => this.scale());
    this.listen();
  }

  show(on: boolean): void {
    if (on) this.stage.overlay.add(this.group);
    else this.stage.overlay.remove(this.group);
    if (!on) this.stage.grips = [];
    this.update();
  }

  update(): void {
    this.box.getCenter(this.frame.position);
    this.box.getSize(this.frame.scale);
    for (const { face, axis, side } of FACES) {
      const arrow = this.arrows.get(face)!;
      this.box.getCenter(arrow.position);
      arrow.position[axis] = side > 0 ? this.box.max[axis] : this.box.min[axis];
    }
    this.scale();
    this.stage.redraw();
  }

  /** Handles keep their size on the screen. */
  private scale(): void {
    if (!this.group.parent) return;
    const { camera, host } = this.stage;
    for (const arrow of this.arrows.values()) {
      const far = arrow.position.distanceTo(camera.position);
      const metresPerPixel = (2 * far * Math.tan(THREE.MathUtils.degToRad(camera.fov / 2))) / Math.max(1, host.clientHeight);
      arrow.scale.setScalar(metresPerPixel * HANDLE_PIXELS);
      arrow.updateMatrixWorld();
    }
    this.tell();
  }

  /** Where the handles are: for the pins, and on the element for tests. */
  private tell(): void {
    const places = FACES.map(({ face }) => ({ face, at: this.stage.project(this.arrows.get(face)!.position) }));
    this.stage.grips = places.flatMap(({ at }) => (at ? [at] : []));
    const words = places.map(({ face, at }) => `${face}:${at ? `${Math.round(at.x)},${Math.round(at.y)}` : ""}`);
    this.stage.host.dataset.handles = words.join(" ");
  }

  private listen(): void {
    const { canvas, controls } = this.stage;
    // Before the camera's own listeners, so that dragging a handle does not turn the view.
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        this.dragged = this.group.parent ? this.nearest(event) : null;
        if (!this.dragged) return;
        event.stopImmediatePropagation();
        controls.enabled = false;
        canvas.setPointerCapture(event.pointerId);
        this.grip = this.along(event, this.dragged) - this.valueOf(this.dragged);
      },
      { capture: true },
    );
    canvas.addEventListener("pointermove", (event) => {
      if (!this.dragged) return;
      this.move(this.dragged, this.along(event, this.dragged) - this.grip);
    });
    const end = (event: PointerEvent): void => {
      if (!this.dragged) return;
      event.stopImmediatePropagation();
      this.dragged = null;
      controls.enabled = true;
    };
    canvas.addEventListener("pointerup", end, { capture: true });
    canvas.addEventListener("pointercancel", end, { capture: true });
  }

  private valueOf({ axis, side }: (typeof FACES)[number]): number {
    return side > 0 ? this.box.max[axis] : this.box.min[axis];
  }

  private move({ axis, side }: (typeof FACES)[number], to: number): void {
    if (side > 0) this.box.max[axis] = Math.max(to, this.box.min[axis] + LEAST_METRES);
    else this.box.min[axis] = Math.min(to, this.box.max[axis] - LEAST_METRES);
    this.onChange();
  }

  private nearest(event: PointerEvent): (typeof FACES)[number] | null {
    const bounds = this.stage.canvas.getBoundingClientRect();
    const reach = REACH[event.pointerType as keyof typeof REACH] ?? REACH.mouse;
    let best: (typeof FACES)[number] | null = null;
    let least = reach;
    for (const each of FACES) {
      const at = this.stage.project(this.arrows.get(each.face)!.position);
      if (!at) continue;
      const away = Math.hypot(at.x - (event.clientX - bounds.left), at.y - (event.clientY - bounds.top));
      if (away < least) [best, least] = [each, away];
    }
    return best;
  }

  /** Where along the face's axis the pointer points: the point of the axis nearest to its line of sight. */
  private along(event: PointerEvent, { face, axis }: (typeof FACES)[number]): number {
    const bounds = this.stage.canvas.getBoundingClientRect();
    const x = ((event.clientX - bounds.left) / bounds.width) * 2 - 1;
    const y = 1 - ((event.clientY - bounds.top) / bounds.height) * 2;
    this.caster.setFromCamera(new THREE.Vector2(x, y), this.stage.camera);
    const middle = this.arrows.get(face)!.position;
    const way = new THREE.Vector3();
    way[axis] = 1;
    const { origin, direction } = this.caster.ray;
    const slant = direction.dot(way);
    const flat = 1 - slant * slant;
    if (flat < 1e-4) return middle[axis];
    const towards = middle.clone().sub(origin);
    return middle[axis] + (towards.dot(direction) * slant - towards.dot(way)) / flat;
  }
}
