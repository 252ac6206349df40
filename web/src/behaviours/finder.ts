import { t } from "../text";

const WAIT_MS = 160;
const SHORTEST = 2;

/**
 * Hits while one types in the top bar: a list box under the field. Arrows walk through it, Enter opens the chosen hit (or the page of all
 * results), Escape closes it. Without this script the field is a plain form.
 */
export function finder(): void {
  const form = document.querySelector<HTMLFormElement>("form.find");
  const input = form?.querySelector<HTMLInputElement>("input[data-search]");
  if (!form || !input) return;
  const box = document.createElement("div");
  box.className = "find-box";
  box.id = "find-box";
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", t("搜索结果"));
  form.append(box);
  input.autocomplete = "off";
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": box.id,
    "aria-autocomplete": "list",
  }))
    input.setAttribute(name, value);
  new Finder(form, input, box);
}

class Finder {
  private timer = 0;
  private asked = "";
  private running: AbortController | null = null;

  constructor(
    form: HTMLFormElement,
    private input: HTMLInputElement,
    private box: HTMLElement,
  ) {
    input.addEventListener("input", () => this.later());
    input.addEventListener("focus", () => this.later());
    input.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("click", (event) => {
      if (!form.contains(event.target as Node)) this.close();
    });
    form.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !form.contains(event.relatedTarget as Node)) this.close();
    });
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    const text = this.input.value.trim();
    if (text.length < SHORTEST) {
      this.asked = "";
      this.close();
      return;
    }
    if (text === this.asked) {
      this.open();
      return;
    }
    this.running?.abort();
    const running = (this.running = new AbortController());
    try {
      const answer = await fetch(`/search/suggest/?q=${encodeURIComponent(text)}`, {
        signal: running.signal,
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok || answer.redirected) return;
      const html = await answer.text();
      if (running.signal.aborted) return;
      this.asked = text;
      this.box.innerHTML = html;
      this.options().forEach((option, place) => (option.id = `find-${place}`));
      this.open();
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.close();
    }
  }

  private options(): HTMLElement[] {
    return [...this.box.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private chosen(): number {
    return this.options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  private choose(place: number): void {
    const options = this.options();
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = options[place];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const count = this.options().length;
    if (event.key === "Escape" && !this.box.hidden) {
      event.stopPropagation();
      event.preventDefault();
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      if (this.box.hidden) this.open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.chosen();
      this.choose(from < 0 && step < 0 ? count - 1 : (from + step + count) % count);
    } else if (event.key === "Enter" && !this.box.hidden) {
      const option = this.options()[this.chosen()];
      if (option instanceof HTMLAnchorElement) {
        event.preventDefault();
        location.assign(option.href);
      }
    }
  }

  private open(): void {
    if (document.activeElement !== this.input) return;
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  private close(): void {
    this.box.hidden = true;
    this.choose(-1);
    this.input.setAttribute("aria-expanded", "false");
  }
}
