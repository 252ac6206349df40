/** Lengths, angles and areas of picked points. Pure; scene metres, Y up. */
import { Vector3 } from "three";

export interface Distance {
  length: number;
  flat: number;
  rise: number;
}

export function distance(from: Vector3, to: Vector3): Distance {
  const step = to.clone().sub(from);
  return { length: step.length(), flat: Math.hypot(step.x, step.z), rise: Math.abs(step.y) };
}

/** Degrees between the two legs that meet at `corner`; 0 when a leg has no length. */
export function angle(first: Vector3, corner: Vector3, last: Vector3): number {
  const a = first.clone().sub(corner);
  const b = last.clone().sub(corner);
  if (a.lengthSq() === 0 || b.lengthSq() === 0) return 0;
  return (a.angleTo(b) * 180) / Math.PI;
}

/** Area of a polygon in space and of its plan, m²; points in order, the last joins the first. */
export function area(points: Vector3[]): { area: number; plan: number; perimeter: number } {
  const sum = new Vector3();
  let perimeter = 0;
  const first = points[0];
  if (!first || points.length < 3) return { area: 0, plan: 0, perimeter: 0 };
  points.forEach((point, index) => {
    const next = points[(index + 1) % points.length]!;
    perimeter += point.distanceTo(next);
    sum.add(new Vector3().crossVectors(point.clone().sub(first), next.clone().sub(first)));
  });
  return { area: sum.length() / 2, plan: Math.abs(sum.y) / 2, perimeter };
}
