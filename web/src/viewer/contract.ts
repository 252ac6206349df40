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

/** How a model lies on the map: model metres, turned by (axisX, axisY), times scale, plus eastings, northings, height. */
export interface Placement {
  eastings: number;
  northings: number;
  height: number;
  axisX: number;
  axisY: number;
  scale: number;
}

/** One row of data-models-url: one version of one discipline's model. */
export interface ModelSource {
  id: string;
  label: string;
  discipline: string;
  version: string;
  modelUrl: string;
  elementsUrl?: string;
  propertiesUrlTemplate?: string;
  /** Folder of names.json, find.json and values.json (see queries.ts). */
  queryUrl?: string;
  /** Answer: {"pins": Pin[]}. */
  pinsUrl?: string;
  placement?: Placement | null;
  /** Something a reader should know of this model, such as missing units. */
  note?: string;
}

/** A place in the model that a list row tells more about. */
export interface Pin {
  id: string;
  title: string;
  verdict: Verdict | "topic";
  globalId?: string | null;
  /** Metres, IFC axes of its own model; else the middle of the element. */
  point?: Point | null;
  /** Where the row lies when it is not on the page. */
  url?: string;
}

/** Answer of data-difference-url: what happened to each element from the old to the new version. */
export type Change = "added" | "removed" | "reshaped" | "moved" | "properties" | "renamed" | "new-id";
export interface Difference {
  changes: Record<string, Change>;
  counts?: Partial<Record<Change, number>>;
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
