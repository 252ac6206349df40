import { t } from "../text";
import { type Change, type Difference, VERDICT_COLOURS, type Verdict } from "./contract";
import type { Federation } from "./federation";
import type { Key } from "./legend";
import type { Paint } from "./look";
import type { Model } from "./model";
import { groupColour, MOST_GROUPS, OTHERS, rampColour, WITHOUT } from "./palette";
import type { Values } from "./queries";

/** A way to colour the models: what the legend says and what each model's elements wear. */
export interface Colouring {
  title: string;
  keys: Key[];
  paints: Map<Model, Paint[]>;
}

const VERDICTS: Verdict[] = ["fail", "manual", "pass", "na"];
const VERDICT_WORDS: [Verdict, string][] = [
  ["fail", "不符合"],
  ["manual", "需人工"],
  ["pass", "符合"],
];
const CHANGES: [Change, string, number][] = [
  ["added", "新增", 0x517d22],
  ["removed", "删除", 0xb93022],
  ["reshaped", "形状改变", 0xb07c00],
  ["moved", "移动", 0x8a4f9e],
  ["properties", "属性改变", 0x1a6585],
  ["renamed", "改名", 0x3aa7a0],
  ["new-id", "仅编号改变", 0x9aa8a6],
];

/** By the gravest verdict on each element. `own` are a page's own words as JSON of `[[verdict, word], …]`. */
export async function byVerdict(federation: Federation, own?: string): Promise<Colouring> {
  const words = own ? (JSON.parse(own) as [Verdict, string][]) : VERDICT_WORDS.map(([key, word]) => [key, t(word)] as const);
  const counts = new Map<Verdict, number>();
  const paints = new Map<Model, Paint[]>();
  for (const model of federation.models) {
    const given = Object.entries(model.verdicts);
    const of = (verdict: Verdict): string[] => given.filter(([, value]) => value === verdict).map(([globalId]) => globalId);
    const own: Paint[] = [];
    for (const verdict of VERDICTS) {
      const globalIds = of(verdict);
      counts.set(verdict, (counts.get(verdict) ?? 0) + globalIds.length);
      own.push({ name: verdict, colour: VERDICT_COLOURS[verdict], ids: await model.bodiesOf(globalIds) });
    }
    paints.set(model, own);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const keys = words.map(([key, word]) => ({
    key,
    word,
    count: counts.get(key) ?? 0,
    colour: VERDICT_COLOURS[key],
    seal: key,
  }));
  return { title: "", keys: total > 0 ? keys : [], paints };
}

/** Each discipline in one colour. */
export function byDiscipline(federation: Federation): Colouring {
  const names = [...new Set(federation.models.map(({ from }) => from.discipline || from.label))];
  const paints = new Map<Model, Paint[]>();
  const counts = new Map<string, number>();
  for (const model of federation.models) {
    const name = model.from.discipline || model.from.label;
    const index = names.indexOf(name);
    paints.set(model, [{ name: `discipline${index}`, colour: groupColour(index), ids: model.bodies }]);
    counts.set(name, (counts.get(name) ?? 0) + model.bodies.length);
  }
  const keys = names.map((word, index) => ({
    key: `discipline${index}`,
    word,
    count: counts.get(word) ?? 0,
    colour: groupColour(index),
  }));
  return { title: t("专业"), keys, paints };
}

/** By the values of one property, as the server grouped them: the same value has the same colour in all models. */
export async function byValues(federation: Federation, title: string, answers: Map<Model, Values>): Promise<Colouring> {
  const ranged = [...answers.values()].some(({ ranged }) => ranged);
  const order = valueOrder([...answers.values()], ranged);
  const colourOf = (label: string): number => {
    const index = order.indexOf(label);
    if (ranged) return rampColour(index, order.length);
    return index < MOST_GROUPS ? groupColour(index) : OTHERS;
  };
  const counts = new Map<string, number>();
  const paints = new Map<Model, Paint[]>();
  let without = 0;
  for (const model of federation.models) {
    const answer = answers.get(model);
    const left = new Set(model.bodies.filter((id) => !model.isSpace(id)));
    const own: Paint[] = [];
    for (const { label, globalIds } of answer?.groups ?? []) {
      const ids = await model.bodiesOf(globalIds);
      for (const id of ids) left.delete(id);
      const index = order.indexOf(label);
      const key = !ranged && index >= MOST_GROUPS ? "others" : `value${index}`;
      counts.set(key, (counts.get(key) ?? 0) + ids.length);
      own.push({ name: key, colour: colourOf(label), ids });
    }
    without += left.size;
    own.push({ name: "without", colour: WITHOUT, ids: [...left] });
    paints.set(model, own);
  }
  const named = ranged ? order : order.slice(0, MOST_GROUPS);
  const keys: Key[] = named.map((word, index) => ({
    key: `value${index}`,
    word: word || t("（空）"),
    count: counts.get(`value${index}`) ?? 0,
    colour: colourOf(word),
  }));
  if (counts.has("others")) {
    const words = t("其余 {count} 种取值", { count: order.length - MOST_GROUPS });
    keys.push({ key: "others", word: words, count: counts.get("others")!, colour: OTHERS });
  }
  keys.push({ key: "without", word: t("没有这个属性"), count: without, colour: WITHOUT });
  return { title, keys, paints };
}

/** Values of all models, most frequent first; ranges stay from low to high. */
function valueOrder(answers: Values[], ranged: boolean): string[] {
  const counts = new Map<string, number>();
  const lows = new Map<string, number>();
  for (const { groups } of answers) {
    for (const { label, globalIds, low } of groups) {
      counts.set(label, (counts.get(label) ?? 0) + globalIds.length);
      lows.set(label, low ?? 0);
    }
  }
  const labels = [...counts.keys()];
  if (ranged) return labels.sort((a, b) => lows.get(a)! - lows.get(b)!);
  return labels.sort((a, b) => counts.get(b)! - counts.get(a)! || a.localeCompare(b, "zh"));
}

/** What changed from the old version (the second model) to the new one (the first). */
export async function byDifference(federation: Federation, { changes }: Difference): Promise<Colouring> {
  const [now, before] = federation.models;
  const of = new Map<Change, string[]>();
  for (const [globalId, change] of Object.entries(changes)) of.set(change, [...(of.get(change) ?? []), globalId]);
  const paints = new Map<Model, Paint[]>();
  for (const [model, old] of [
    [now, false],
    [before, true],
  ] as const) {
    if (!model) continue;
    const own: Paint[] = [];
    for (const [change, , colour] of CHANGES) {
      if ((change === "removed") !== old) continue;
      own.push({ name: change, colour, ids: await model.bodiesOf(of.get(change) ?? []) });
    }
    paints.set(model, own);
  }
  const keys = CHANGES.map(([key, word, colour]) => ({ key, word: t(word), count: of.get(key)?.length ?? 0, colour }));
  return { title: t("与上一版的差异"), keys, paints };
}
