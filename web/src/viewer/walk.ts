import * as THREE from "three";
import { element, icon } from "../dom";
import { t } from "../text";
import type { Federation } from "./federation";
import type { Hit } from "./model";
import type { Stage } from "./stage";

const EYE_METRES = 1.6;
const BODY_METRES = 0.3;
/** Heights at which a wall is felt for; the lower one lets a step of a stair pass. */
const FEELERS = [0.55, 1.4];
const STEP_UP_METRES = 0.5;
const PACE = 1.6;
const HURRY = 4;
const GRAVITY = 9.81;
const LOOK_PER_PIXEL = 0.004;
const LOOK_PER_SECOND = 1.4;
const STEEPEST = 1.45;
/** Longest time one stride stands for, so that a slow picture does not jump through walls. */
const LONGEST_STRIDE_SECONDS = 0.2;
const MOST_PASSED = 8;
const isSolid = ({ model, id }: Hit): boolean => !model.isOpen(id);
const isGround = ({ model, id }: Hit): boolean => model.isFloor(id);
const DOWN = new THREE.Vector3(0, -1, 0);
const KEYS: Record<string, string> = {
  KeyW: "forward",
  ArrowUp: "forward",
  KeyS: "back",
  ArrowDown: "back",
  KeyA: "left",
  KeyD: "right",
  ArrowLeft: "turn-left",
  ArrowRight: "turn-right",
  KeyQ: "turn-left",
  KeyE: "turn-right",
  ShiftLeft: "hurry",
  ShiftRight: "hurry",
};
const PAD: [string, string, string][] = [
  ["turn-left", "rotate-clockwise", "左转"],
  ["forward", "arrow-up", "前进"],
  ["turn-right", "refresh", "右转"],
  ["left", "arrow-left", "左移"],
  ["back", "arrow-down", "后退"],
  ["right", "arrow-right", "右移"],
];

/**
 * Walking through the model: eyes at 1.6 m, walls stop, doors do not, stairs are climbed, nothing below means no further. Feet and
 * shoulders feel their way by rays that the models answer.
 */
export class Walk {
  active = false;
  readonly pad = element("div", { class: "walk-pad", role: "group", "aria-label": t("漫游"), hidden: true });
  private readonly held = new Set<string>();
  private readonly probe = new THREE.PerspectiveCamera(5, 1, 0.01, 200);
  private yaw = 0;
  private pitch = 0;
  private fall = 0;
  private steps = 0;
  private stepping = false;
  private drag: { x: number; y: number; id: number } | null = null;
  private far = 0;
  private rooms: THREE.Box3[] = [];
  private levels: number[] = [];
  private within = new THREE.Box3();

  constructor(
    private readonly stage: Stage,
    private readonly federation: Federation,
    private readonly say: (words: string) => void,
  ) {
    stage.onTick.push((seconds) => this.tick(Math.min(seconds, 0.1)));
    for (const [act, mark, word] of PAD) this.pad.append(this.padButton(act, mark, t(word)));
    this.listen();
  }

  /** Go in: into the room nearest to the middle of the picture, else onto the floor that is there. */
  async start(): Promise<boolean> {
    const { canvas, camera } = this.stage;
    const bounds = canvas.getBoundingClientRect();
    const mouse = new THREE.Vector2(bounds.left + bounds.width / 2, bounds.top + bounds.height / 2);
    const aim = await this.federation.hit({ camera, mouse, dom: canvas });
    const place = aim?.point ?? (await this.federation.wholeBox()).getCenter(new THREE.Vector3());
    this.rooms = (await Promise.all(this.federation.models.map((model) => model.rooms()))).flat();
    this.levels = this.federation.models.flatMap((model) =>
      model.storeys.filter(({ elevation }) => elevation !== null).map(({ elevation }) => model.fromIfc([0, 0, elevation!]).y),
    );
    this.within = await this.federation.wholeBox();
    const stand = await this.standNear(place);
    if (!stand) {
      this.say(t("这里没有可以站的地面。把视图对准楼板再试。"));
      return false;
    }
    const direction = camera.getWorldDirection(new THREE.Vector3());
    this.yaw = Math.atan2(-direction.x, -direction.z);
    this.pitch = 0;
    this.active = true;
    this.fall = 0;
    this.stage.controls.enabled = false;
    this.far = camera.far;
    camera.near = 0.05;
    camera.fov = 70;
    camera.updateProjectionMatrix();
    this.pad.hidden = false;
    this.standOn(stand);
    this.say(t("W A S D 走，左右键或拖动转身，Shift 快走，点楼板走过去，Esc 结束"));
    return true;
  }

  /** A place to start from: the middle of the nearest room, else the floor below what is looked at. */
  private async standNear(place: THREE.Vector3): Promise<THREE.Vector3 | null> {
    const middles = this.rooms.map((box) => box.getCenter(new THREE.Vector3()));
    middles.sort((a, b) => a.distanceToSquared(place) - b.distanceToSquared(place));
    const above = (metres: number): THREE.Vector3 => place.clone().setY(place.y + metres);
    for (const from of [...middles.slice(0, 3), above(EYE_METRES), above(50)]) {
      const floor = await this.floorBelow(from);
      if (floor !== null) return from.setY(floor);
    }
    return null;
  }

  /**
   * Height of what carries a walker below a point: a slab or stair; else, as an architect's model often leaves slabs to the
   * structural one, the bottom of the room or the level of the storey. Null outside of all of them.
   */
  private async floorBelow(at: THREE.Vector3): Promise<number | null> {
    const heights: number[] = [];
    const slab = await this.cast(at, DOWN, isGround);
    if (slab) heights.push(slab.point.y);
    for (const { min, max } of this.rooms) {
      if (at.x >= min.x && at.x <= max.x && at.z >= min.z && at.z <= max.z && min.y <= at.y) heights.push(min.y);
    }
    const { min, max } = this.within;
    if (at.x >= min.x && at.x <= max.x && at.z >= min.z && at.z <= max.z) {
      heights.push(...this.levels.filter((level) => level <= at.y));
    }
    return heights.length > 0 ? Math.max(...heights) : null;
  }

  stop(): void {
    if (!this.active) return;
    this.active = false;
    this.held.clear();
    this.pad.hidden = true;
    this.say("");
    const { camera, controls, host } = this.stage;
    delete host.dataset.walk;
    controls.enabled = true;
    camera.far = this.far;
    const direction = camera.getWorldDirection(new THREE.Vector3());
    void this.stage.stand({ eye: camera.position.clone(), direction, fov: 45 }, 6);
  }

  /** Step to a floor that was picked. True when the walker took the pick. */
  goTo(hit: Hit | null): boolean {
    if (!this.active) return false;
    if (hit) void this.stepTo(hit.point);
    return true;
  }

  private async stepTo(point: THREE.Vector3): Promise<void> {
    const floor = await this.floorBelow(point.clone().setY(point.y + 0.5));
    if (floor !== null && this.active) this.standOn(point.clone().setY(floor));
  }

  key(event: KeyboardEvent, down: boolean): boolean {
    const act = KEYS[event.code];
    if (!this.active || !act || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (down) this.held.add(act);
    else this.held.delete(act);
    return true;
  }

  private standOn(point: THREE.Vector3): void {
    this.stage.camera.position.set(point.x, point.y + EYE_METRES, point.z);
    this.aim(true);
  }

  private aim(resting: boolean): void {
    const { camera, host } = this.stage;
    camera.rotation.set(this.pitch, this.yaw, 0, "YXZ");
    camera.updateMatrixWorld();
    this.stage.moved(resting);
    const [x, y, z] = this.federation.toIfc(camera.position);
    host.dataset.walk = [x, y, z].map((value) => value.toFixed(3)).join(",");
    host.dataset.walkSteps = String(++this.steps);
  }

  private tick(seconds: number): void {
    if (!this.active) return;
    const turn = Number(this.held.has("turn-left")) - Number(this.held.has("turn-right"));
    if (turn !== 0) {
      this.yaw += turn * LOOK_PER_SECOND * seconds;
      this.aim(false);
    }
    if (!this.stepping) void this.stride();
  }

  /** Stride after stride while a key is held, each as long as the last one took. */
  private async stride(): Promise<void> {
    this.stepping = true;
    let last = performance.now() - 1000 / 60;
    while (this.active && (this.heading.lengthSq() > 0 || this.fall > 0)) {
      const now = performance.now();
      await this.step(Math.min((now - last) / 1000, LONGEST_STRIDE_SECONDS));
      last = now;
    }
    this.stepping = false;
  }

  /** Where the held keys lead, seen from the walker; nothing when they cancel out. */
  private get heading(): THREE.Vector3 {
    const ahead = Number(this.held.has("forward")) - Number(this.held.has("back"));
    const aside = Number(this.held.has("right")) - Number(this.held.has("left"));
    return new THREE.Vector3(aside, 0, -ahead);
  }

  private async step(seconds: number): Promise<void> {
    const { position } = this.stage.camera;
    const way = this.heading.applyAxisAngle(new THREE.Vector3(0, 1, 0), this.yaw);
    if (way.lengthSq() > 0) way.setLength((this.held.has("hurry") ? HURRY : PACE) * seconds);
    const to = position.clone().add(await this.slid(position, way));
    const floor = await this.floorBelow(to);
    if (!this.active) return;
    if (floor === null) {
      this.fall = 0;
      this.say(t("前面没有楼板，不再往前"));
      return;
    }
    const foot = position.y - EYE_METRES;
    if (floor - foot > STEP_UP_METRES) return;
    if (floor >= foot) {
      this.fall = 0;
      to.y = floor + EYE_METRES;
    } else {
      this.fall += GRAVITY * seconds;
      to.y = Math.max(floor + EYE_METRES, position.y - Math.max(this.fall * seconds, way.length()));
      if (to.y - EYE_METRES - floor < 1e-3) this.fall = 0;
    }
    position.copy(to);
    this.aim(this.held.size === 0 && this.fall === 0);
  }

  /** The part of a step that walls allow: all of it, or along one axis of the building, or nothing. */
  private async slid(from: THREE.Vector3, way: THREE.Vector3): Promise<THREE.Vector3> {
    for (const part of [way, new THREE.Vector3(way.x, 0, 0), new THREE.Vector3(0, 0, way.z)]) {
      if (part.lengthSq() < 1e-8) continue;
      if (await this.isFree(from, part)) return part;
    }
    return new THREE.Vector3();
  }

  private async isFree(from: THREE.Vector3, way: THREE.Vector3): Promise<boolean> {
    const reach = way.length() + BODY_METRES;
    const feet = from.y - EYE_METRES;
    const hits = await Promise.all(FEELERS.map((height) => this.cast(new THREE.Vector3(from.x, feet + height, from.z), way)));
    return hits.every((hit) => hit === null || hit.distance > reach);
  }

  /** The first thing from a point on that counts; what does not is passed. */
  private async cast(from: THREE.Vector3, towards: THREE.Vector3, counts = isSolid): Promise<Hit | null> {
    const way = towards.clone().normalize();
    const start = from.clone();
    for (let tries = 0; tries < MOST_PASSED; tries++) {
      const hit = await this.ray(start, way);
      if (!hit) return null;
      if (counts(hit)) return { ...hit, distance: hit.point.distanceTo(from) };
      start.copy(hit.point).addScaledVector(way, 0.05);
    }
    return null;
  }

  private ray(from: THREE.Vector3, way: THREE.Vector3): Promise<Hit | null> {
    const camera = this.probe.clone();
    camera.up.set(0, 1, 0);
    if (Math.abs(way.y) > 0.9) camera.up.set(0, 0, -1);
    camera.position.copy(from);
    camera.lookAt(from.clone().add(way));
    camera.updateMatrixWorld();
    const { canvas } = this.stage;
    const bounds = canvas.getBoundingClientRect();
    const mouse = new THREE.Vector2(bounds.left + bounds.width / 2, bounds.top + bounds.height / 2);
    return this.federation.hit({ camera, mouse, dom: canvas });
  }

  private listen(): void {
    const { canvas } = this.stage;
    canvas.addEventListener("pointerdown", (event) => {
      if (this.active) this.drag = { x: event.clientX, y: event.clientY, id: event.pointerId };
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.active || this.drag?.id !== event.pointerId) return;
      this.yaw += (event.clientX - this.drag.x) * LOOK_PER_PIXEL;
      this.pitch = THREE.MathUtils.clamp(this.pitch + (event.clientY - this.drag.y) * LOOK_PER_PIXEL, -STEEPEST, STEEPEST);
      this.drag = { x: event.clientX, y: event.clientY, id: event.pointerId };
      this.aim(false);
    });
    const end = (): void => {
      if (this.drag && this.active) this.stage.moved(true);
      this.drag = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    window.addEventListener("blur", () => this.held.clear());
  }

  private padButton(act: string, mark: string, word: string): HTMLButtonElement {
    const button = element("button", { type: "button", "data-stride": act, "aria-label": word, title: word }, icon(mark));
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      this.held.add(act);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
      button.addEventListener(end, () => this.held.delete(act));
    // By keyboard one press is one stride.
    button.addEventListener("click", (event) => {
      if (event.detail !== 0) return;
      this.held.add(act);
      setTimeout(() => this.held.delete(act), 400);
    });
    return button;
  }
}
