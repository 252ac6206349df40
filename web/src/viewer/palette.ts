/** Colours for groups of elements: far enough apart to tell on paper-white, none of them the alarm red. Pure. */

/** Twelve hues after Okabe and Ito's and Tol's safe sets, toned to the house. */
const GROUPS = [
  0x1a6585, 0xb07c00, 0x6a9a2d, 0x8a4f9e, 0x3aa7a0, 0xc7683a, 0x5b76c4, 0xa8a232, 0xb5598a, 0x4c8c5a, 0x8c6d4f, 0x74a9cf,
];
export const WITHOUT = 0xd5dcd8;
export const OTHERS = 0x9aa8a6;
/** Most groups that keep a colour of their own; the rest share one. */
export const MOST_GROUPS = GROUPS.length;
/** From low to high, for ranges of numbers. */
const RAMP = [0xe9f2d6, 0xc4dda0, 0x8fbf7a, 0x55a182, 0x2f8391, 0x1a6585, 0x134a69, 0x0c2f4a];

export function groupColour(index: number): number {
  return index < GROUPS.length ? GROUPS[index]! : OTHERS;
}

export function rampColour(index: number, count: number): number {
  if (count <= 1) return RAMP[4]!;
  return RAMP[Math.round((index / (count - 1)) * (RAMP.length - 1))]!;
}

export function css(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
