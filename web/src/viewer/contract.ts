/** What the page hands to the viewer, and what the two say to each other. */

export type Verdict = "fail" | "manual" | "pass" | "na";
export type Verdicts = Record<string, Verdict>;
export type Point = [number, number, number];

/** A drawable proof of a measurement; metres, IFC axes (Z up). A box has two opposite corners. */
export interface Shape {
  kind: "point" | "line" | "polyline" | "polygon" | "box";
  points: Point[];
}

export interface Storey {
  id: string;
  name: string;
  /** Metres above the model's origin; null when the model does not say. */
  elevation: number | null;
  elements: string[];
}

/** Answer of data-elements-url. */
export interface Elements {
  storeys: Storey[];
  verdicts?: Verdicts;
}

/** Answer of data-properties-url-template with the GlobalId in it. */
export interface Properties {
  groups: { name: string; rows: [string, string][] }[];
}

/** Detail of `hezhu:fly`. Lines of `label` after the first are set smaller. */
export interface Fly {
  globalId?: string | null;
  shape?: Shape | null;
  label?: string;
  verdict?: Verdict;
}

export const VERDICT_COLOURS: Record<Verdict, number> = { fail: 0xb93022, manual: 0xb07c00, pass: 0xa9c47a, na: 0xb3c0bf };
export const SELECTED_COLOUR = 0x1a6585;
/** Lines need more strength than faces. */
export const SHAPE_COLOURS: Record<Verdict, number> = { fail: 0xb93022, manual: 0x795500, pass: 0x41661a, na: 0x43545b };
