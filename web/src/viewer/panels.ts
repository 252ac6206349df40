import { element, icon } from "../dom";
import { t } from "../text";
import type { Properties, Storey, Verdicts } from "./contract";

/** Where the GlobalId goes in the address: `{globalId}`, the same percent-encoded, or GLOBALID. */
const PLACEHOLDER = /\{globalId\}|%7BglobalId%7D|GLOBALID/;

/** The list of storeys, top floor first, each with the number of its failing elements. Choosing one isolates it. */
export class FloorsPanel {
  readonly box = element("div", { class: "floors", role: "group", "aria-label": t("楼层"), hidden: true });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly onChoose: (storey: Storey | null) => void) {}

  show(storeys: Storey[], verdicts: Verdicts): void {
    const ordered = [...storeys].sort((a, b) => (b.elevation ?? 0) - (a.elevation ?? 0));
    this.buttons.clear();
    const rows = ordered.map((storey) => {
      // Two models may hold the same element (two versions, copied buildings): what fails is counted once.
      const fails = [...new Set(storey.elements)].filter((globalId) => verdicts[globalId] === "fail").length;
      const count = element(
        "span",
        { class: fails > 0 ? "num has-fail" : "num" },
        fails > 0 ? t("{count} 项", { count: fails }) : "—",
      );
      const title = storey.elevation === null ? undefined : t("标高 {elevation} m", { elevation: storey.elevation.toFixed(3) });
      return this.button(storey.id, title, [element("span", { class: "cut" }, storey.name), count], storey);
    });
    this.box.replaceChildren(this.button("", undefined, [t("全部")], null), ...rows);
    this.box.hidden = storeys.length === 0;
    this.mark("");
  }

  mark(id: string): void {
    for (const [key, button] of this.buttons) button.setAttribute("aria-pressed", String(key === id));
    const chosen = this.buttons.get(id);
    if (chosen) this.box.scrollTop = chosen.offsetTop - this.box.clientHeight / 2;
  }

  private button(id: string, title: string | undefined, content: (Node | string)[], storey: Storey | null): HTMLButtonElement {
    const button = element("button", { type: "button", title, "aria-pressed": "false" }, ...content);
    button.addEventListener("click", () => this.onChoose(storey));
    this.buttons.set(id, button);
    return button;
  }
}

/** Properties of the chosen element, fetched from the platform's own tables. */
export class PropertiesPanel {
  readonly box = element("div", {
    class: "props",
    role: "region",
    "aria-label": t("构件属性"),
    "aria-live": "polite",
    hidden: true,
  });
  private asked = "";
  private label = "";

  constructor(private readonly onClose: () => void) {}

  /** `urlTemplate` is that of the element's own model; `label` names the model where there are several. */
  async show(globalId: string, urlTemplate: string | undefined, label = ""): Promise<void> {
    this.asked = globalId;
    this.label = label;
    this.fill([{ name: "", rows: [["GlobalId", globalId]] }]);
    if (!urlTemplate) return;
    const url = urlTemplate.replace(PLACEHOLDER, encodeURIComponent(globalId));
    let groups: Properties["groups"];
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      groups = ((await answer.json()) as Properties).groups;
    } catch {
      groups = [{ name: t("属性没有取到。"), rows: [["GlobalId", globalId]] }];
    }
    if (this.asked === globalId) this.fill(groups);
  }

  hide(): void {
    this.asked = "";
    this.box.hidden = true;
  }

  private fill(groups: Properties["groups"]): void {
    const close = element("button", { type: "button", class: "btn-icon", "aria-label": t("关闭") }, icon("x"));
    close.addEventListener("click", () => this.onClose());
    const parts: Node[] = [element("div", { class: "props-head" }, t("构件属性"), close)];
    if (this.label) parts.push(element("p", { class: "sub" }, this.label));
    for (const group of groups) {
      if (group.name) parts.push(element("h3", {}, group.name));
      const list = element("dl", { class: "facts is-single" });
      for (const [name, value] of group.rows)
        list.append(element("dt", {}, name), element("dd", { class: "num wrap-any" }, String(value)));
      parts.push(list);
    }
    this.box.replaceChildren(...parts);
    this.box.hidden = false;
  }
}

/** Words in the place of the model: loading, nothing yet, cannot be opened, cannot be shown. */
export class StatePanel {
  readonly box = element("div", { class: "stage-state", role: "status" });
  private bar = element("progress", { class: "bar" });
  private words = element("p");

  loading(percent: number | null): void {
    if (!this.bar.isConnected) this.box.replaceChildren(this.words, this.bar);
    this.words.textContent = percent === null ? t("正在读取模型") : t("正在读取模型 {percent}%", { percent });
    if (percent !== null) {
      this.bar.max = 100;
      this.bar.value = percent;
    }
    this.box.hidden = false;
  }

  say(title: string, text: string, retry?: () => void): void {
    this.box.replaceChildren(element("h2", {}, title), element("p", {}, text));
    if (retry) {
      const button = element("button", { type: "button", class: "btn" }, icon("refresh"), t("重试"));
      button.addEventListener("click", retry);
      this.box.append(button);
    }
    this.box.hidden = false;
  }

  hide(): void {
    this.box.hidden = true;
  }
}
