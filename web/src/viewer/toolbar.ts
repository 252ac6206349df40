import { element, icon } from "../dom";
import { t } from "../text";

export interface Tool {
  icon: string;
  name: string;
  /** Called with the new state for a switch, with true for a plain button. */
  act: (on: boolean) => void;
  /** Name for style sheets and tests. */
  mark: string;
  switch?: boolean;
  on?: boolean;
}

/** A row of icon buttons; switches carry aria-pressed. Arrow keys move along it. */
export class Toolbar {
  readonly box = element("div", { class: "tools", role: "toolbar", "aria-label": t("模型工具") });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(tools: Tool[]) {
    for (const tool of tools) this.box.append(this.button(tool));
    this.box.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const all = [...this.box.querySelectorAll<HTMLButtonElement>("button:not([disabled])")];
      const here = all.indexOf(document.activeElement as HTMLButtonElement);
      all[(here + step + all.length) % all.length]?.focus();
    });
  }

  /** Set a switch without calling its act. */
  set(name: string, on: boolean): void {
    this.buttons.get(name)?.setAttribute("aria-pressed", String(on));
  }

  enable(name: string, enabled: boolean): void {
    const button = this.buttons.get(name);
    if (button) button.disabled = !enabled;
  }

  /** As if the button with this mark were clicked. */
  press(mark: string): void {
    this.box.querySelector<HTMLButtonElement>(`[data-tool="${mark}"]:not([disabled])`)?.click();
  }

  private button(tool: Tool): HTMLButtonElement {
    const name = t(tool.name);
    const button = element(
      "button",
      { type: "button", title: name, "aria-label": name, "data-tool": tool.mark },
      icon(tool.icon),
    );
    if (tool.switch) button.setAttribute("aria-pressed", String(tool.on ?? false));
    button.addEventListener("click", () => {
      const on = !tool.switch || button.getAttribute("aria-pressed") !== "true";
      if (tool.switch) button.setAttribute("aria-pressed", String(on));
      tool.act(on);
    });
    this.buttons.set(tool.name, button);
    return button;
  }
}
