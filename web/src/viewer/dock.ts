import { element, icon } from "../dom";
import { t } from "../text";
import type { Covered } from "./stage";

/** The one panel of tools that is open: beside the picture on a desk, a sheet at the foot on a phone. Escape closes it. */
export class Dock {
  readonly box = element("section", { class: "dock", hidden: true });
  private readonly title = element("h2");
  private readonly content = element("div", { class: "dock-body" });
  private name = "";
  private onClose: () => void = () => {};
  private from: HTMLElement | null = null;

  constructor() {
    const close = element("button", { type: "button", class: "btn-icon", "aria-label": t("关闭") }, icon("x"));
    close.addEventListener("click", () => this.close());
    this.box.append(element("div", { class: "dock-head" }, this.title, close), this.content);
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  get opened(): string {
    return this.name;
  }

  /** What the open panel takes from the picture of `host`: the left side, or the foot where it comes as a sheet. */
  covers(host: HTMLElement): Covered {
    if (this.box.hidden) return {};
    const own = this.box.getBoundingClientRect();
    const picture = host.getBoundingClientRect();
    if (own.width >= picture.width) return { bottom: Math.max(0, picture.bottom - own.top) };
    return { left: Math.max(0, own.right - picture.left) };
  }

  /** Show `body` under `title`; what was open before closes first. */
  open(name: string, title: string, body: HTMLElement, onClose: () => void = () => {}): void {
    if (this.name === name) return;
    this.close(false);
    this.from = document.activeElement as HTMLElement | null;
    this.name = name;
    this.onClose = onClose;
    this.title.textContent = title;
    this.box.setAttribute("aria-label", title);
    this.box.dataset.panel = name;
    this.content.replaceChildren(body);
    this.box.hidden = false;
    this.content.scrollTop = 0;
  }

  close(back = true): void {
    if (!this.name) return;
    const { onClose, from } = this;
    const inside = this.box.contains(document.activeElement);
    this.name = "";
    this.onClose = () => {};
    this.box.hidden = true;
    onClose();
    if (back && inside) from?.focus();
  }
}
