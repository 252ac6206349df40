import { t } from "../text";
import type { Fly, Pin, Shape, Verdict } from "./contract";
import type { Record } from "./snapshot-panel";

/**
 * The list beside the model. A row is `<a class="finding" data-global-id data-shape='json' data-label data-verdict>`; choosing it
 * marks it and flies the viewer there; the row that is marked when the model opens is flown to at once. What was picked in the model marks its first row.
 */
export function findings(): void {
  document.addEventListener("click", (event) => {
    const row = (event.target as Element).closest<HTMLElement>(".finding[data-global-id], .finding[data-shape]");
    const viewer = row && viewerFor(row);
    if (!row || !viewer) return;
    if ((event.target as Element).closest("button, input, select, textarea, form")) return;
    if (row instanceof HTMLAnchorElement && !row.hasAttribute("hx-get")) event.preventDefault();
    mark(row);
    viewer.dispatchEvent(new CustomEvent<Fly>("hezhu:fly", { detail: flight(row) }));
  });
  document.addEventListener("hezhu:ready", (event) => {
    const row = document.querySelector<HTMLElement>(".finding.is-on[data-global-id], .finding.is-on[data-shape]");
    if (row) event.target?.dispatchEvent(new CustomEvent<Fly>("hezhu:fly", { detail: flight(row) }));
  });
  document.addEventListener("hezhu:picked", (event) => {
    const { globalId } = (event as CustomEvent<{ globalId: string }>).detail;
    const row = document.querySelector<HTMLElement>(`.finding[data-global-id="${CSS.escape(globalId)}"]`);
    if (row) mark(row);
    row?.scrollIntoView({ block: "nearest" });
  });
}

/** The row of a pin: opened as if it were clicked; fetched with the page where the list does not hold it yet. */
export function openPin(pin: Pin): void {
  const row = document.querySelector<HTMLElement>(`[data-finding="${CSS.escape(pin.id)}"]`);
  row?.scrollIntoView({ block: "nearest" });
  if (row) row.click();
  else if (pin.url) location.assign(pin.url);
}

/** Where a picture of the model can be put down now: the comments of the finding that is open. */
export function openRecord(host: HTMLElement): Record | null {
  const template = host.dataset.recordUrlTemplate;
  const row = document.querySelector<HTMLElement>(".finding.is-on[data-finding]");
  if (!template || !row?.dataset.finding) return null;
  const number = row.querySelector(".k")?.textContent?.trim() ?? "";
  return { url: template.replace("FINDING", row.dataset.finding), label: t("第 {number} 项", { number }) };
}

function viewerFor(row: HTMLElement): HTMLElement | null {
  return row.closest(".desk")?.querySelector<HTMLElement>("[data-hezhu-viewer]") ?? document.querySelector("[data-hezhu-viewer]");
}

function mark(row: HTMLElement): void {
  for (const other of document.querySelectorAll(".finding.is-on")) {
    other.classList.remove("is-on");
    other.removeAttribute("aria-current");
  }
  row.classList.add("is-on");
  row.setAttribute("aria-current", "true");
}

function flight(row: HTMLElement): Fly {
  const { globalId, shape, label, verdict } = row.dataset;
  return { globalId: globalId || null, shape: parse(shape), label, verdict: verdict as Verdict | undefined };
}

function parse(text: string | undefined): Shape | null {
  if (!text) return null;
  try {
    return JSON.parse(text) as Shape | null;
  } catch {
    return null;
  }
}
