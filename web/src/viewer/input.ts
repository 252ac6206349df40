import * as THREE from "three";
import { t } from "../text";
import { toolOf } from "./keys";
import type { Viewer } from "./viewer";

const CLICK_PIXELS = 5;
const TAP_PIXELS = 12;

/** Pointer and keyboard on the stage. */
export function listen(viewer: Viewer): void {
  pointers(viewer);
  keys(viewer);
  viewer.stage.canvas.addEventListener("webglcontextlost", () => {
    viewer.state.say(
      t("模型打不开"),
      t("浏览器没有打开 WebGL。审查结论不受影响，右侧清单照常可用；要看模型，请换用新版浏览器或打开硬件加速。"),
      () => location.reload(),
    );
  });
}

function pointers(viewer: Viewer): void {
  const { canvas } = viewer.stage;
  let down: PointerEvent | null = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus({ preventScroll: true });
    down = event.isPrimary && event.button === 0 ? event : null;
  });
  canvas.addEventListener("pointerup", (event) => {
    const least = event.pointerType === "touch" ? TAP_PIXELS : CLICK_PIXELS;
    if (!down || Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > least) return;
    down = null;
    void pick(viewer, new THREE.Vector2(event.clientX, event.clientY));
  });
}

async function pick(viewer: Viewer, mouse: THREE.Vector2): Promise<void> {
  const { camera, canvas } = viewer.stage;
  const hit = await viewer.federation.hit({ camera, mouse, dom: canvas }, viewer.measure.active);
  if (viewer.walk.goTo(hit)) return;
  if (viewer.measure.active) {
    if (hit) viewer.measure.pick(hit.point);
  } else await viewer.selection.pick(hit);
}

function keys(viewer: Viewer): void {
  const { host, stage } = viewer;
  host.addEventListener(
    "keydown",
    (event) => {
      if (event.target === stage.canvas && viewer.walk.key(event, true)) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      if (event.key === "Escape") escape(viewer);
      else if (event.key === "Enter" && event.target === stage.canvas) void pick(viewer, middle(stage.canvas));
      else {
        const tool = viewer.help.dialog.open ? null : toolOf(event);
        if (!tool) return;
        event.preventDefault();
        viewer.toolbar.press(tool);
      }
    },
    { capture: true },
  );
  host.addEventListener("keyup", (event) => viewer.walk.key(event, false));
}

function middle(canvas: HTMLCanvasElement): THREE.Vector2 {
  const bounds = canvas.getBoundingClientRect();
  return new THREE.Vector2(bounds.left + bounds.width / 2, bounds.top + bounds.height / 2);
}

/** Out of the innermost thing: walking, then a panel, then the selection. */
function escape(viewer: Viewer): void {
  if (document.fullscreenElement || viewer.help.dialog.open) return;
  if (viewer.walk.active) void viewer.walkAbout(false);
  else if (viewer.dock.opened) viewer.dock.close();
  else void viewer.selection.clear();
}
