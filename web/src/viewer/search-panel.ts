import { element, icon } from "../dom";
import { t } from "../text";
import { PropertyChoice } from "./property-choice";
import type { Found, Queries } from "./queries";
import type { Model } from "./model";

const OPERATORS: [string, string][] = [
  ["contains", "包含"],
  ["is", "等于"],
  ["not", "不等于"],
  ["at-least", "≥"],
  ["at-most", "≤"],
  ["given", "有值"],
  ["missing", "没有值"],
];
const WITHOUT_VALUE = ["given", "missing"];

export type Answer = Found & { of: Map<Model, string[]> };

/** Find elements by any property the models carry: property, condition, value; the answer as list and in the picture. */
export class SearchPanel {
  readonly body = element("form", { class: "search-body" });
  private readonly choice: PropertyChoice;
  private readonly operator = element("select", { class: "form-select", "aria-label": t("条件") });
  private readonly value = element("input", { class: "form-control", type: "search", "aria-label": t("值"), maxlength: 200 });
  private readonly word = element("p", { class: "sub", role: "status" });
  private readonly acts = element("div", { class: "row-gap", hidden: true });
  private readonly list = element("ul", { class: "found" });
  private answer: Answer | null = null;

  constructor(
    private readonly queries: Queries,
    private readonly act: {
      only: (answer: Answer) => void;
      select: (answer: Answer) => void;
      fly: (globalId: string) => void;
      visible: () => string;
    },
  ) {
    this.choice = new PropertyChoice(queries);
    for (const [key, word] of OPERATORS) this.operator.append(element("option", { value: key }, t(word)));
    this.operator.addEventListener("change", () => (this.value.hidden = WITHOUT_VALUE.includes(this.operator.value)));
    const go = element("button", { class: "btn btn-primary" }, icon("search"), t("查找"));
    this.acts.append(
      this.button("focus-2", t("只看结果"), () => this.act.only(this.answer!)),
      this.button("pointer", t("选中结果"), () => this.act.select(this.answer!)),
    );
    this.body.append(
      this.choice.select,
      element("div", { class: "row-gap search-row" }, this.operator, this.value),
      go,
      this.word,
      this.acts,
      this.list,
    );
    this.body.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.find();
    });
  }

  async opened(): Promise<void> {
    if (!this.queries.possible) {
      this.say(t("这个模型没有可查的属性表。重新机审后就有。"));
      return;
    }
    try {
      await this.choice.fill(this.act.visible());
      this.value.focus();
    } catch {
      this.say(t("属性没有取到。"));
    }
  }

  private async find(): Promise<void> {
    const property = this.choice.chosen;
    if (!property) return;
    this.say(t("正在查找"));
    try {
      this.answer = await this.queries.find(property.set, property.name, this.operator.value, this.value.value.trim());
    } catch {
      this.say(t("没有查成。换一个条件，或检查网络后再试。"));
      return;
    }
    const { count, elements } = this.answer;
    this.acts.hidden = count === 0;
    const more = count > elements.length ? t("，列出前 {count} 个", { count: elements.length }) : "";
    this.word.textContent = count === 0 ? t("没有符合条件的构件。") : t("{count} 个构件{more}", { count, more });
    this.body.dataset.count = String(count);
    this.list.replaceChildren(...elements.map((each) => this.row(each)));
  }

  private row({ globalId, name, ifcClass, storey, value }: Found["elements"][number]): HTMLElement {
    const button = element(
      "button",
      { type: "button", title: globalId },
      element("span", { class: "cut" }, name || globalId),
      element("span", { class: "sub cut" }, [ifcClass, storey, value].filter(Boolean).join(" · ")),
    );
    button.addEventListener("click", () => this.act.fly(globalId));
    return element("li", {}, button);
  }

  private say(words: string): void {
    this.word.textContent = words;
    this.acts.hidden = true;
    this.list.replaceChildren();
    delete this.body.dataset.count;
  }

  private button(mark: string, words: string, act: () => void): HTMLButtonElement {
    const button = element("button", { type: "button", class: "btn btn-quiet" }, icon(mark), words);
    button.addEventListener("click", act);
    return button;
  }
}
