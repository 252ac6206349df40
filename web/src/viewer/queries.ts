/** What the server answers about properties of one model, from its stored tables. */
import { fetchJson } from "./fetching";
import type { Federation } from "./federation";
import type { Model } from "./model";

/** names.json: a property of elements; `set` is empty for what every element has (class, name, storey …). */
export interface PropertyName {
  set: string;
  name: string;
  /** What a reader sees. */
  label: string;
  count: number;
  numeric: boolean;
}

/** find.json: the elements that answer; `elements` are the first of them, in words. */
export interface Found {
  count: number;
  globalIds: string[];
  elements: { globalId: string; name: string; ifcClass: string; storey: string; value: string }[];
}

/** values.json: elements by value, most frequent first; ranges of numbers from low to high. */
export interface Values {
  ranged: boolean;
  groups: { label: string; globalIds: string[]; low?: number }[];
}

export class Queries {
  constructor(private readonly federation: Federation) {}

  private get asked(): Model[] {
    return this.federation.models.filter(({ from, look }) => from.queryUrl && look.visible);
  }

  get possible(): boolean {
    return this.asked.length > 0;
  }

  /** The properties of all visible models, each once, with how many elements carry it. */
  async names(): Promise<PropertyName[]> {
    const all = await Promise.all(
      this.asked.map(({ from }) => fetchJson<{ names: PropertyName[] }>(`${from.queryUrl}names.json`)),
    );
    const joined = new Map<string, PropertyName>();
    for (const each of all.flatMap(({ names }) => names)) {
      const key = `${each.set}\u0000${each.name}`;
      const known = joined.get(key);
      if (known) joined.set(key, { ...known, count: known.count + each.count, numeric: known.numeric && each.numeric });
      else joined.set(key, each);
    }
    return [...joined.values()];
  }

  async find(set: string, name: string, operator: string, value: string): Promise<Found & { of: Map<Model, string[]> }> {
    const params = new URLSearchParams({ set, name, op: operator, value });
    const models = this.asked;
    const answers = await Promise.all(models.map(({ from }) => fetchJson<Found>(`${from.queryUrl}find.json?${params}`)));
    return {
      count: answers.reduce((sum, { count }) => sum + count, 0),
      globalIds: answers.flatMap(({ globalIds }) => globalIds),
      elements: answers.flatMap(({ elements }) => elements),
      of: new Map(models.map((model, index) => [model, answers[index]!.globalIds])),
    };
  }

  async values(set: string, name: string): Promise<Map<Model, Values>> {
    const params = new URLSearchParams({ set, name });
    const models = this.asked;
    const answers = await Promise.all(models.map(({ from }) => fetchJson<Values>(`${from.queryUrl}values.json?${params}`)));
    return new Map(models.map((model, index) => [model, answers[index]!]));
  }
}
