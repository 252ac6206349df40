import CameraControls from "camera-controls";
import * as THREE from "three";
import { Pace } from "./pace";
import type { Pose } from "./viewpoint";

CameraControls.install({ THREE });

const BACKGROUND = 0xf3f6f6;
const FIELD_OF_VIEW = 45;
const MAX_PIXEL_RATIO = 2;
const ARROW_STEP = Math.PI / 24;
/** Of a picture that panels cover nearly whole, this much is still counted as free. */
const LEAST_FREE = 0.25;

/** Pixels of the picture that lie under panels. */
export interface Covered {
  left?: number;
  right?: number;
  top?: number;
  bottom?: number;
}

/** The canvas, its camera and light. It draws only when something changed, so a still page costs nothing. */
export class Stage {
  readonly scene = new THREE.Scene();
  /** Drawn after the scene and never cut by its clipping planes: handles and grips. */
  readonly overlay = new THREE.Scene();
  readonly camera = new THREE.PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 5000);
  readonly renderer: THREE.WebGLRenderer;
  readonly controls: CameraControls;
  /** Where on the host, in pixels, something waits to be dragged: pins leave these places free. */
  grips: { x: number; y: number }[] = [];
  /** Called after each drawn frame, for labels that follow points. */
  readonly onFrame: (() => void)[] = [];
  /** Called while the camera moves and when it comes to rest. */
  readonly onMove: ((resting: boolean) => void)[] = [];
  /** Called before each frame with the seconds since the last. */
  readonly onTick: ((seconds: number) => void)[] = [];
  /** Called when the clipping planes changed. */
  readonly onCut: (() => void)[] = [];
  private dirty = true;
  private frame = 0;
  private moving = false;
  private readonly pace = new Pace();
  private readonly clock = new THREE.Timer();
  private readonly watcher: ResizeObserver;
  readonly smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** Throws when the browser has no WebGL. */
  constructor(
    readonly host: HTMLElement,
    readonly canvas: HTMLCanvasElement,
  ) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, powerPreference: "high-performance" });
    this.renderer.setPixelRatio(this.sharpest);
    this.renderer.autoClear = false;
    this.scene.background = new THREE.Color(BACKGROUND);
    const key = new THREE.DirectionalLight(0xffffff, 1.1);
    key.position.set(3, 8, 5);
    const fill = new THREE.DirectionalLight(0xffffff, 0.45);
    fill.position.set(-5, 3, -4);
    this.scene.add(new THREE.AmbientLight(0xffffff, 2.2), key, fill);
    this.controls = new CameraControls(this.camera, canvas);
    this.controls.smoothTime = 0.18;
    this.controls.draggingSmoothTime = 0.08;
    this.controls.dollyToCursor = true;
    this.controls.addEventListener("update", () => this.moved(false));
    this.controls.addEventListener("rest", () => this.moved(true));
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(host);
    this.resize();
    this.loop();
  }

  redraw(): void {
    this.dirty = true;
  }

  private get sharpest(): number {
    return Math.min(devicePixelRatio, MAX_PIXEL_RATIO);
  }

  get planes(): THREE.Plane[] {
    return this.renderer.clippingPlanes;
  }

  /** Cut away what lies behind any of `planes`. */
  cut(planes: THREE.Plane[]): void {
    this.renderer.clippingPlanes = planes;
    for (const listener of this.onCut) listener();
    this.moved(true);
  }

  get pose(): Pose {
    return {
      eye: this.camera.position.clone(),
      direction: this.camera.getWorldDirection(new THREE.Vector3()),
      fov: this.camera.fov,
    };
  }

  /** Stand at `eye` and look along `direction`; `distance` is how far ahead the turning point lies. */
  async stand({ eye, direction, fov }: Pose, distance = 10): Promise<void> {
    const target = eye.clone().addScaledVector(direction, distance);
    this.camera.fov = THREE.MathUtils.clamp(fov, 20, 100);
    this.camera.near = Math.min(this.camera.near, 0.1);
    this.camera.far = Math.max(this.camera.far, 4000);
    this.camera.updateProjectionMatrix();
    void this.controls.setFocalOffset(0, 0, 0, false);
    await this.controls.setLookAt(eye.x, eye.y, eye.z, target.x, target.y, target.z, false);
    this.moved(true);
  }

  /** The picture as it is now, as PNG. */
  picture(): Promise<Blob> {
    this.render();
    return new Promise((resolve, reject) => {
      this.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
    });
  }

  /**
   * Look at `box` so that it fills the view; `azimuth` and `polar` (radians) turn the sight, else it stays. `covered` is what panels
   * take from the picture, in pixels at each side: the box fills the rest and stands in the middle of it.
   */
  async look(
    box: THREE.Box3,
    options: { azimuth?: number; polar?: number; margin?: number; smooth?: boolean; covered?: Covered } = {},
  ): Promise<void> {
    if (box.isEmpty()) return;
    this.camera.fov = FIELD_OF_VIEW;
    const azimuth = options.azimuth ?? this.controls.azimuthAngle;
    const polar = options.polar ?? this.controls.polarAngle;
    const centre = box.getCenter(new THREE.Vector3());
    const towards = new THREE.Vector3().setFromSphericalCoords(1, polar, azimuth);
    const { left = 0, right = 0, top = 0, bottom = 0 } = options.covered ?? {};
    const { clientWidth: width, clientHeight: height } = this.host;
    const free = {
      wide: Math.max(LEAST_FREE, 1 - (left + right) / Math.max(1, width)),
      high: Math.max(LEAST_FREE, 1 - (top + bottom) / Math.max(1, height)),
    };
    const distance = this.distanceToFit(box, towards, free) * (options.margin ?? 1.05);
    const eye = towards.multiplyScalar(distance).add(centre);
    const { x, y, z } = centre;
    this.camera.near = Math.max(0.05, distance / 500);
    this.camera.far = distance * 40 + 1000;
    this.camera.updateProjectionMatrix();
    this.controls.normalizeRotations();
    const smooth = (options.smooth ?? true) && this.smooth;
    const metresPerPixel = (2 * distance * Math.tan(THREE.MathUtils.degToRad(FIELD_OF_VIEW / 2))) / Math.max(1, height);
    void this.controls.setFocalOffset(((right - left) / 2) * metresPerPixel, ((bottom - top) / 2) * metresPerPixel, 0, smooth);
    await this.arrival(this.controls.setLookAt(eye.x, eye.y, eye.z, x, y, z, smooth));
  }

  /** The end of a move. The controls tell rest only of moves over several frames: where one slow frame was enough they just fall asleep. */
  private arrival(move: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.controls.removeEventListener("sleep", done);
        resolve();
      };
      this.controls.addEventListener("sleep", done);
      void move.then(done);
    });
  }

  /** How far from its centre the camera must stand, in direction `towards`, to see every corner of `box` in the `free` shares of the picture. */
  private distanceToFit(box: THREE.Box3, towards: THREE.Vector3, free: { wide: number; high: number }): number {
    const right = new THREE.Vector3().crossVectors(new THREE.Vector3(0, 1, 0), towards).normalize();
    const up = new THREE.Vector3().crossVectors(towards, right);
    const half = box.getSize(new THREE.Vector3()).multiplyScalar(0.5);
    const slope = Math.tan(THREE.MathUtils.degToRad(FIELD_OF_VIEW / 2));
    let distance = 1;
    for (let corner = 0; corner < 8; corner++) {
      const at = new THREE.Vector3(corner & 1 ? half.x : -half.x, corner & 2 ? half.y : -half.y, corner & 4 ? half.z : -half.z);
      const wide = Math.abs(at.dot(right)) / (slope * this.camera.aspect * free.wide);
      const high = Math.abs(at.dot(up)) / (slope * free.high);
      distance = Math.max(distance, Math.max(wide, high) + at.dot(towards));
    }
    return distance;
  }

  /** Where on the host, in pixels, a point of the scene lies; null behind the camera. */
  project(point: THREE.Vector3): { x: number; y: number } | null {
    const seen = point.clone().project(this.camera);
    if (seen.z > 1) return null;
    return { x: ((seen.x + 1) / 2) * this.host.clientWidth, y: ((1 - seen.y) / 2) * this.host.clientHeight };
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.watcher.disconnect();
    this.controls.dispose();
    this.renderer.dispose();
  }

  /** The camera was moved by someone else than the controls. */
  moved(resting: boolean): void {
    this.dirty = true;
    this.moving = !resting;
    if (resting) this.sharpen(1);
    for (const listener of this.onMove) listener(resting);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.renderer.setSize(width, height, false);
    this.dirty = true;
    this.moved(true);
  }

  private loop = (): void => {
    this.frame = requestAnimationFrame(this.loop);
    this.clock.update();
    const seconds = this.clock.getDelta();
    for (const listener of this.onTick) listener(seconds);
    if (this.controls.enabled && this.controls.update(seconds)) this.dirty = true;
    if (!this.dirty) return;
    this.dirty = false;
    if (this.moving) this.sharpen(this.pace.moved(seconds * 1000));
    this.render();
    for (const listener of this.onFrame) listener();
  };

  private render(): void {
    const { renderer, camera } = this;
    renderer.clear();
    renderer.render(this.scene, camera);
    if (this.overlay.children.length === 0) return;
    const planes = renderer.clippingPlanes;
    renderer.clippingPlanes = [];
    renderer.render(this.overlay, camera);
    renderer.clippingPlanes = planes;
  }

  private sharpen(share: number): void {
    const ratio = this.sharpest * share;
    if (ratio !== this.renderer.getPixelRatio()) this.renderer.setPixelRatio(ratio);
  }

  private onKey(event: KeyboardEvent): void {
    const turns: Record<string, [number, number]> = {
      ArrowLeft: [-ARROW_STEP, 0],
      ArrowRight: [ARROW_STEP, 0],
      ArrowUp: [0, -ARROW_STEP],
      ArrowDown: [0, ARROW_STEP],
    };
    const turn = turns[event.key];
    if (!this.controls.enabled) return;
    const step = this.controls.distance * 0.06;
    if (turn && event.shiftKey) void this.controls.truck(Math.sign(turn[0]) * step, Math.sign(turn[1]) * step, this.smooth);
    else if (turn) void this.controls.rotate(turn[0], turn[1], this.smooth);
    else if (event.key === "+" || event.key === "=") void this.controls.dolly(this.controls.distance * 0.2, this.smooth);
    else if (event.key === "-") void this.controls.dolly(-this.controls.distance * 0.25, this.smooth);
    else return;
    event.preventDefault();
  }
}
