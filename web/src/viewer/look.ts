import type { Verdict } from "./contract";

/** One colour and who wears it. All ids are the fragments' own local ids. */
export interface Paint {
  /** Same name and colour, same material. */
  name: string;
  colour: number;
  opacity?: number;
  ids: number[];
}

/** How one model is to look. */
export interface Look {
  /** The whole discipline is shown. */
  visible: boolean;
  /** Of the whole discipline; 1 is solid. */
  opacity: number;
  xray: boolean;
  /** Only these, when set. */
  only: Set<number> | null;
  hidden: Set<number>;
  selected: number[];
  selectedVerdict: Verdict | null;
  /** Colours of single elements on a paper-white model; null is the model's own colours. */
  paints: Paint[] | null;
}

export function plainLook(): Look {
  return {
    visible: true,
    opacity: 1,
    xray: false,
    only: null,
    hidden: new Set(),
    selected: [],
    selectedVerdict: null,
    paints: null,
  };
}
