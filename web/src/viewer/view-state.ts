/** What is seen, as a BCF viewpoint, and back. */
import * as THREE from "three";
import type { Federation } from "./federation";
import type { Section } from "./section";
import type { Stage } from "./stage";
import { cameraIn, cameraOut, planesIn, planesOut, type Viewpoint, visibilityIn, visibilityOut } from "./viewpoint";

const SNAPSHOT_PIXELS = 1280;

/** The present view with selection, visibility, clipping planes, the colours of single elements and a picture. */
export async function takeViewpoint(stage: Stage, federation: Federation): Promise<Viewpoint> {
  const { offset } = federation.base;
  const [shown, hidden, spaces] = await visibleGlobalIds(federation);
  const coloring = await colours(federation);
  const selection = (await federation.selectedGlobalIds()).map((ifc_guid) => ({ ifc_guid }));
  return {
    perspective_camera: cameraOut(stage.pose, stage.camera.aspect, offset),
    clipping_planes: planesOut(stage.planes, offset),
    components: { selection, coloring, visibility: visibilityOut(shown, hidden, spaces) },
    snapshot: { snapshot_type: "png", snapshot_data: await base64(await smaller(await stage.picture())) },
  };
}

/** Show a viewpoint: camera, planes, visibility, selection. Elements that are not in these models are passed over. */
export async function showViewpoint(stage: Stage, federation: Federation, section: Section, viewpoint: Viewpoint): Promise<void> {
  const { offset } = federation.base;
  const visibility = visibilityIn(viewpoint);
  const selected = (viewpoint.components?.selection ?? []).map(({ ifc_guid }) => ifc_guid);
  for (const model of federation.models) {
    model.look.hidden.clear();
    model.look.only = null;
    if (visibility && "only" in visibility) model.look.only = new Set(await model.bodiesOf(visibility.only));
    else if (visibility) for (const id of await model.bodiesOf(visibility.hidden)) model.look.hidden.add(id);
    model.look.selected = await model.bodiesOf(selected);
    model.look.selectedVerdict = null;
  }
  await section.give(planesIn(viewpoint, offset));
  const pose = cameraIn(viewpoint, offset, stage.camera.fov);
  if (pose) await stage.stand(pose, await turningDistance(stage, federation, pose.eye));
  await federation.refresh();
}

async function visibleGlobalIds(federation: Federation): Promise<[string[], string[], boolean]> {
  const shown: string[] = [];
  const hidden: string[] = [];
  let spaces = false;
  for (const model of federation.models) {
    const solid = model.bodies.filter((id) => !model.isSpace(id));
    spaces ||= model.look.selected.some((id) => model.isSpace(id));
    shown.push(...(await model.globalIds(solid.filter((id) => model.shown.has(id)))));
    hidden.push(...(await model.globalIds(solid.filter((id) => !model.shown.has(id)))));
  }
  return [shown, hidden, spaces];
}

async function colours(federation: Federation): Promise<NonNullable<NonNullable<Viewpoint["components"]>["coloring"]>> {
  const found = new Map<string, string[]>();
  for (const model of federation.models) {
    for (const { colour, ids } of model.look.paints ?? []) {
      const shown = ids.filter((id) => model.shown.has(id));
      const key = `FF${colour.toString(16).padStart(6, "0").toUpperCase()}`;
      if (shown.length > 0) found.set(key, [...(found.get(key) ?? []), ...(await model.globalIds(shown))]);
    }
  }
  return [...found].map(([color, guids]) => ({ color, components: guids.map((ifc_guid) => ({ ifc_guid })) }));
}

/** The camera turns about a point as far ahead as the middle of the building is. */
async function turningDistance(stage: Stage, federation: Federation, eye: THREE.Vector3): Promise<number> {
  const middle = (await federation.wholeBox()).getCenter(new THREE.Vector3());
  return Math.max(stage.camera.near * 4, Math.min(200, middle.distanceTo(eye)));
}

/** A picture no wider than a card needs. */
async function smaller(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  const share = Math.min(1, SNAPSHOT_PIXELS / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * share);
  canvas.height = Math.round(bitmap.height * share);
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
