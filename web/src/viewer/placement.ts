/** Where several models stand in one scene. Pure: metres in, matrices out. */
import { Matrix4, Vector3 } from "three";
import type { Placement, Point } from "./contract.ts";

/** Farther than this from the first model, a model is taken to lie on another site (or to be placed by mistake). */
export const FAR_METRES = 2000;

/** Model metres (Z up) to map metres. */
export function toMap({ eastings, northings, height, axisX, axisY, scale }: Placement): Matrix4 {
  const length = Math.hypot(axisX, axisY) || 1;
  const cos = (axisX / length) * scale;
  const sin = (axisY / length) * scale;
  // prettier-ignore
  return new Matrix4().set(
    cos, -sin, 0, eastings,
    sin, cos, 0, northings,
    0, 0, scale, height,
    0, 0, 0, 1,
  );
}

/** IFC axes (Z up) to the scene's (Y up). */
export const UPRIGHT = new Matrix4().set(1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1);

/**
 * The matrix that takes a viewer file's own coordinates to the scene. A file's coordinates are IFC metres turned upright plus `offset`;
 * the scene's are those of the base model. Models without a placement on either side share their IFC origin.
 */
export function sceneMatrix(
  base: { placement?: Placement | null; offset: Vector3 },
  model: { placement?: Placement | null; offset: Vector3 },
): Matrix4 {
  const between = new Matrix4();
  if (base.placement && model.placement) between.copy(toMap(base.placement)).invert().multiply(toMap(model.placement));
  const { x, y, z } = model.offset;
  return new Matrix4()
    .makeTranslation(base.offset.x, base.offset.y, base.offset.z)
    .multiply(UPRIGHT)
    .multiply(between)
    .multiply(UPRIGHT.clone().invert())
    .multiply(new Matrix4().makeTranslation(-x, -y, -z));
}

/** A point in the base model's IFC metres as a point of the scene, and back. */
export function fromIfc([x, y, z]: Point, offset: Vector3): Vector3 {
  return new Vector3(x, z, -y).add(offset);
}

export function toIfc(point: Vector3, offset: Vector3): Point {
  const { x, y, z } = point.clone().sub(offset);
  return [x, -z, y];
}
