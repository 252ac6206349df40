import { element, icon } from "../dom";
import { t } from "../text";
import { PropertyChoice } from "./property-choice";
import type { PropertyName, Queries } from "./queries";

export type Way = "own" | "verdict" | "discipline" | "difference";

/** What the model is coloured by: its own colours, verdicts, disciplines, the difference of two versions, or any property. */
export class ColourPanel {
  readonly body = element("form", { class: "colour-body" });
  private readonly choice: PropertyChoice;
  private readonly buttons = new Map<Way, HTMLButtonElement>();
  private readonly word = element("p", { class: "sub", role: "status" });
  private readonly propertyPart: HTMLElement;

  constructor(
    private readonly queries: Queries,
    private readonly act: { way: (way: Way) => void; property: (property: PropertyName) => Promise<void>; visible: () => string },
  ) {
    this.choice = new PropertyChoice(queries);
    const ways = element("div", { class: "ways", role: "group", "aria-label": t("着色") });
    for (const [way, word] of [
      ["own", "模型本色"],
      ["verdict", "按结论着色"],
      ["discipline", "按专业着色"],
      ["difference", "按差异着色"],
    ] as [Way, string][]) {
      const button = element("button", { type: "button", class: "btn", "data-way": way, "aria-pressed": "false" }, t(word));
      button.addEventListener("click", () => this.act.way(way));
      this.buttons.set(way, button);
      ways.append(button);
    }
    const go = element("button", { class: "btn btn-primary" }, icon("adjustments"), t("按属性着色"));
    this.propertyPart = element("div", { class: "colour-property" }, this.choice.select, go);
    this.body.append(ways, this.propertyPart, this.word);
    this.body.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.byProperty();
    });
  }

  /** Which ways there are on this page. */
  offer(ways: Record<Way, boolean>): void {
    for (const [way, button] of this.buttons) button.hidden = !ways[way];
  }

  mark(way: Way | "property"): void {
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === way));
  }

  async opened(): Promise<void> {
    this.propertyPart.hidden = !this.queries.possible;
    this.word.textContent = this.queries.possible ? "" : t("这个模型没有可查的属性表。重新机审后就有。");
    if (!this.queries.possible) return;
    try {
      await this.choice.fill(this.act.visible());
    } catch {
      this.word.textContent = t("属性没有取到。");
    }
  }

  private async byProperty(): Promise<void> {
    const property = this.choice.chosen;
    if (!property) return;
    this.word.textContent = t("正在着色");
    try {
      await this.act.property(property);
      this.mark("property");
      this.word.textContent = "";
    } catch {
      this.word.textContent = t("属性没有取到。");
    }
  }
}
