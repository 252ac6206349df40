import type { Way } from "./colour-panel";
import { byDifference, byDiscipline, byValues, byVerdict, type Colouring } from "./colouring";
import type { Difference } from "./contract";
import type { Chosen, Federation } from "./federation";
import { fetchJson } from "./fetching";
import { Legend } from "./legend";
import type { PropertyName, Queries } from "./queries";

/** The colouring that is on, with its legend. A row of the legend shows its elements alone. */
export class Colours {
  readonly legend = new Legend((key) => void this.single(key));
  way: Way | "property" = "own";
  private now: Colouring | null = null;
  private difference: Difference | null = null;

  constructor(
    private readonly federation: Federation,
    private readonly queries: Queries,
    private readonly given: { legend?: string; differenceUrl?: string },
    private readonly act: { only: (chosen: Chosen) => Promise<void>; all: () => Promise<void>; changed: () => void },
  ) {}

  get hasVerdicts(): boolean {
    return this.federation.models.some(({ verdicts }) => Object.keys(verdicts).length > 0);
  }

  get ways(): Record<Way, boolean> {
    return {
      own: true,
      verdict: this.hasVerdicts,
      discipline: this.federation.models.length > 1,
      difference: this.given.differenceUrl !== undefined,
    };
  }

  async by(way: Way): Promise<void> {
    let colouring: Colouring | null = null;
    if (way === "verdict") colouring = await byVerdict(this.federation, this.given.legend);
    else if (way === "discipline") colouring = byDiscipline(this.federation);
    else if (way === "difference") colouring = await this.differences();
    await this.wear(way, colouring);
  }

  async byProperty({ set, name, label }: PropertyName): Promise<void> {
    const answers = await this.queries.values(set, name);
    await this.wear("property", await byValues(this.federation, set ? `${set} · ${label}` : label, answers));
  }

  /** Of the old version only what is gone is to be seen, else both would lie in one another. */
  private async differences(): Promise<Colouring> {
    this.difference ??= await fetchJson<Difference>(this.given.differenceUrl!);
    const colouring = await byDifference(this.federation, this.difference);
    const old = this.federation.models[1];
    if (old) old.look.only = new Set((colouring.paints.get(old) ?? []).flatMap(({ ids }) => ids));
    return colouring;
  }

  private async wear(way: Way | "property", colouring: Colouring | null): Promise<void> {
    this.way = way;
    this.now = colouring;
    for (const model of this.federation.models) model.look.paints = colouring ? (colouring.paints.get(model) ?? []) : null;
    if (colouring) this.legend.show(colouring.title, colouring.keys);
    else this.legend.hide();
    this.act.changed();
    await this.federation.refresh();
  }

  private async single(key: string): Promise<void> {
    if (!key) {
      await this.act.all();
      if (this.way === "difference") await this.by("difference");
      return;
    }
    const chosen: Chosen = new Map();
    for (const [model, paints] of this.now?.paints ?? []) {
      const ids = paints.filter(({ name }) => name === key).flatMap(({ ids }) => ids);
      if (ids.length > 0) chosen.set(model, ids);
    }
    await this.act.only(chosen);
  }
}
