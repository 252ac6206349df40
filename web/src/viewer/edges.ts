import type { MeshData } from "@thatopen/fragments";
import * as THREE from "three";
import type { Stage } from "./stage";

const CREASE_DEGREES = 30;
const BATCH = 30;
const BATCHES_A_SHOW = 12;
const FAINT = 0.18;
/** Beyond this many line ends the drawing is too dense to help and too heavy to move. */
const MOST_POINTS = 1_500_000;
const NO_MOVE = new THREE.Matrix4();
const LOOK = { color: 0x43545b, transparent: true, opacity: 0.55 };
/** Lines come this much nearer (in clip space) than the faces they lie on, so that they are not broken up. */
const NEARER = "5e-6";

/** Creases of one body, in the coordinates that `place` leads to; null when it has none to give. */
export function edgesOf(mesh: MeshData, place: THREE.Matrix4): THREE.BufferGeometry | null {
  if (!mesh.positions || !mesh.indices) return null;
  const body = new THREE.BufferGeometry();
  body.setAttribute("position", new THREE.BufferAttribute(Float32Array.from(mesh.positions), 3));
  body.setIndex(new THREE.BufferAttribute(Uint32Array.from(mesh.indices), 1));
  body.applyMatrix4(new THREE.Matrix4().copy(mesh.transform).premultiply(place));
  const edges = new THREE.EdgesGeometry(body, CREASE_DEGREES);
  body.dispose();
  return edges;
}

/** One line set with the edges of all visible elements. */
export class EdgeLines {
  private readonly lines = new THREE.LineSegments(new THREE.BufferGeometry(), lineMaterial());
  private readonly points = new Map<number, Float32Array>();
  private stopped = false;

  constructor(
    private readonly stage: Stage,
    place: THREE.Object3D,
    private readonly bodies: (ids: number[]) => Promise<MeshData[][]>,
  ) {
    this.lines.frustumCulled = false;
    this.lines.matrixAutoUpdate = false;
    this.lines.matrix.copy(place.matrixWorld);
    stage.scene.add(this.lines);
  }

  /** Work out the edges of `ids` in small batches, giving way to `others`, then show those that `visible` names. */
  async prepare(ids: number[], visible: () => Set<number>, others: () => Promise<void>): Promise<void> {
    let total = 0;
    for (let start = 0; start < ids.length && total < MOST_POINTS; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      await others();
      const bodies = await this.bodies(batch);
      if (this.stopped) return;
      for (const [index, id] of batch.entries()) {
        const parts = (bodies[index] ?? []).map((body) => edgesOf(body, NO_MOVE)).filter((edges) => edges !== null);
        const points = joined(parts.map((edges) => edges.getAttribute("position").array as Float32Array));
        for (const edges of parts) edges.dispose();
        this.points.set(id, points);
        total += points.length / 3;
      }
      if ((start / BATCH) % BATCHES_A_SHOW === BATCHES_A_SHOW - 1) this.show(visible());
      await idle();
    }
    this.show(visible());
  }

  show(visible: Set<number>, faint = false): void {
    this.lines.material.opacity = faint ? FAINT : LOOK.opacity;
    const chosen = [...this.points].filter(([id]) => visible.has(id)).map(([, points]) => points);
    this.lines.geometry.dispose();
    this.lines.geometry = new THREE.BufferGeometry().setAttribute("position", new THREE.BufferAttribute(joined(chosen), 3));
    this.stage.redraw();
  }

  dispose(): void {
    this.stopped = true;
    this.stage.scene.remove(this.lines);
    this.lines.geometry.dispose();
  }
}

function lineMaterial(): THREE.LineBasicMaterial {
  const material = new THREE.LineBasicMaterial(LOOK);
  material.onBeforeCompile = (shader) => {
    const project = "#include <project_vertex>";
    shader.vertexShader = shader.vertexShader.replace(project, `${project}\ngl_Position.z -= ${NEARER} * gl_Position.w;`);
  };
  return material;
}

function joined(parts: Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 200 });
    else setTimeout(resolve, 10);
  });
}
