import { t } from "../text";
import { toast } from "./toasts";

/** Keys, menus, the rail on small screens, print and copy buttons. */
export function page(): void {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print(), { once: true });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function onKey(event: KeyboardEvent): void {
  if (event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector<HTMLInputElement>("[data-search], .find input");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key !== "Escape") return;
  const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
  setRail(false);
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(target) || target.closest(".menu-list a, .menu-list button:not([data-stay])")) menu.open = false;
  }
  if (target.closest("[data-rail-toggle]")) setRail(!document.body.classList.contains("rail-open"));
  else if (!target.closest(".rail") || target.closest(".rail a")) setRail(false);
  if (target.closest("[data-print]")) window.print();
  const copy = target.closest<HTMLElement>("[data-copy]");
  if (copy) void navigator.clipboard.writeText(copy.dataset.copy ?? "").then(() => toast(t("已复制"), "done"));
}

/** The rail slides over the page on phones; elsewhere the class has no effect. */
function setRail(open: boolean): void {
  document.body.classList.toggle("rail-open", open);
  document.querySelector("[data-rail-toggle]")?.setAttribute("aria-expanded", String(open));
}
