import { element, icon } from "../dom";
import { t } from "../text";
import { css } from "./palette";

/** One colour of the picture: what it means and how many elements carry it. */
export interface Key {
  key: string;
  word: string;
  count: number;
  colour: number;
  /** A seal's sign beside the word, where the colour is a verdict. */
  seal?: string;
}

/** What the colours mean, in words, with counts. Choosing a row shows its elements alone; choosing it again shows all. */
export class Legend {
  readonly box = element("div", { class: "legend", role: "group", "aria-label": t("图例"), hidden: true });
  private chosen = "";

  constructor(private readonly onChoose: (key: string) => void) {}

  show(title: string, keys: Key[]): void {
    this.chosen = "";
    const rows = keys.map((key) => {
      const sign = key.seal ? icon(`seal-${key.seal}`) : swatch(key.colour);
      const button = element(
        "button",
        {
          type: "button",
          class: key.seal ? `is-${key.seal}` : "",
          "aria-pressed": "false",
          "data-key": key.key,
          title: key.word,
        },
        sign,
        element("span", { class: "cut" }, key.word),
        element("b", { class: "num" }, key.count.toLocaleString("en-US")),
      );
      if (key.count === 0) button.disabled = true;
      button.addEventListener("click", () => this.choose(key.key));
      return button;
    });
    this.box.replaceChildren(...(title ? [element("div", { class: "legend-title cut", title }, title)] : []), ...rows);
    this.box.hidden = keys.length === 0;
  }

  hide(): void {
    this.chosen = "";
    this.box.hidden = true;
  }

  /** Back to all without calling anyone. */
  release(): void {
    this.chosen = "";
    for (const button of this.box.querySelectorAll("button")) button.setAttribute("aria-pressed", "false");
  }

  private choose(key: string): void {
    const next = this.chosen === key ? "" : key;
    this.release();
    this.chosen = next;
    if (next) this.box.querySelector(`[data-key="${CSS.escape(next)}"]`)?.setAttribute("aria-pressed", "true");
    this.onChoose(next);
  }
}

function swatch(colour: number): HTMLElement {
  const box = element("i", { class: "swatch", "aria-hidden": "true" });
  box.style.background = css(colour);
  return box;
}
