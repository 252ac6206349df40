import { element } from "../dom";
import { t } from "../text";

const ROOM = 70;
const SMALLEST = 220;

/**
 * a[data-proof="KEY"] opens, under its row, the part of the page's drawing where [data-finding="KEY"] was measured; a second press
 * closes it. Without this script the link leads to the whole drawing.
 */
export function proofs(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-proof]");
    if (!link) return;
    const row = link.closest("tr");
    const drawing = document.querySelector<SVGSVGElement>(`${link.getAttribute("href")} svg`);
    const key = link.dataset.proof ?? "";
    const proof = drawing?.querySelector<SVGGraphicsElement>(`[data-finding="${CSS.escape(key)}"]`);
    if (!row || !drawing || !proof) return;
    event.preventDefault();
    if (row.nextElementSibling?.classList.contains("proof-row")) {
      row.nextElementSibling.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    link.setAttribute("aria-expanded", "true");
    row.after(proofRow(drawing, proof, key, row.children.length));
  });
}

function proofRow(drawing: SVGSVGElement, proof: SVGGraphicsElement, key: string, columns: number): HTMLElement {
  const box = proof.getBBox();
  const width = Math.max(box.width + 2 * ROOM, SMALLEST);
  const height = Math.max(box.height + 2 * ROOM, SMALLEST * 0.6);
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const left = box.x + box.width / 2 - width / 2;
  const top = box.y + box.height / 2 - height / 2;
  copy.setAttribute("viewBox", [left, top, width, height].map((value) => value.toFixed(1)).join(" "));
  copy.setAttribute("aria-label", t("实测位置"));
  for (const other of copy.querySelectorAll<SVGElement>("[data-finding]")) {
    const mine = other.dataset.finding === key;
    other.classList.toggle("is-shown", mine);
    other.classList.toggle("is-other", !mine);
  }
  return element("tr", { class: "proof-row" }, element("td", { colspan: columns }, copy as unknown as Node));
}
