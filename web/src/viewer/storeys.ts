/** Storeys of several models that lie at the same height become one. Pure. */
import type { Storey } from "./contract.ts";

/** Two disciplines rarely agree on a floor's height to the centimetre: finish, structure and pipe lie apart. */
const SAME_METRES = 0.6;

/** `height` tells where a storey of a model lies in the scene's own metres. */
export function mergedStoreys(models: { storeys: Storey[]; height: (elevation: number) => number }[]): Storey[] {
  const merged: Storey[] = [];
  models.forEach(({ storeys, height }, index) => {
    for (const storey of storeys) {
      const elevation = storey.elevation === null ? null : height(storey.elevation);
      const same = index === 0 ? undefined : merged.find((other) => isSame(other, storey.name, elevation));
      if (same) same.elements = [...same.elements, ...storey.elements];
      else merged.push({ ...storey, elevation });
    }
  });
  return merged;
}

function isSame(other: Storey, name: string, elevation: number | null): boolean {
  if (other.elevation === null || elevation === null) return other.name === name;
  return Math.abs(other.elevation - elevation) < SAME_METRES;
}
