/** Pins that would lie on one another become one with a number. Pure; pixels. */

export interface Spot<T> {
  x: number;
  y: number;
  item: T;
}

export interface Cluster<T> {
  x: number;
  y: number;
  items: T[];
}

/** Group by the cells of a grid, then join neighbours whose middles are nearer than a cell. */
export function cluster<T>(spots: Spot<T>[], cell: number): Cluster<T>[] {
  const cells = new Map<string, Cluster<T>>();
  for (const { x, y, item } of spots) {
    const key = `${Math.floor(x / cell)}:${Math.floor(y / cell)}`;
    const found = cells.get(key);
    if (!found) cells.set(key, { x, y, items: [item] });
    else {
      const count = found.items.push(item);
      found.x += (x - found.x) / count;
      found.y += (y - found.y) / count;
    }
  }
  const all = [...cells.values()].sort((a, b) => b.items.length - a.items.length || a.x - b.x);
  const joined: Cluster<T>[] = [];
  for (const each of all) {
    const near = joined.find((other) => Math.hypot(other.x - each.x, other.y - each.y) < cell * 0.75);
    if (near) near.items.push(...each.items);
    else joined.push(each);
  }
  return joined;
}
