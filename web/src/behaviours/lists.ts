/**
 * Lists: form[data-auto-submit] sends itself when a choice changes; input[data-select-all] ticks every input[data-select] of its
 * form (or panel) and the .batch-bar there shows only while rows are ticked, with the number in [data-selected-count].
 */
export function lists(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    const form = field.form;
    const isChoice = field instanceof HTMLSelectElement || ["checkbox", "radio", "date", "month"].includes(field.type);
    if (form?.hasAttribute("data-auto-submit") && isChoice) form.requestSubmit();
    if (field.matches("[data-select-all], [data-select]")) onTick(field as HTMLInputElement);
  });
  document.addEventListener("click", (event) => {
    const clear = (event.target as Element).closest("[data-select-none]");
    const list = clear && listOf(clear);
    if (!list) return;
    event.preventDefault();
    for (const box of boxes(list)) box.checked = false;
    refresh(list);
  });
  document.addEventListener("htmx:load", (event) => {
    for (const bar of (event.target as Element).querySelectorAll(".batch-bar")) {
      const list = listOf(bar);
      if (list) refresh(list);
    }
  });
}

function listOf(inside: Element): Element | null {
  return inside.closest("[data-list]") ?? inside.closest("form") ?? inside.closest(".panel");
}

function boxes(list: Element): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>("input[data-select]")];
}

function onTick(box: HTMLInputElement): void {
  const list = listOf(box);
  if (!list) return;
  if (box.hasAttribute("data-select-all")) for (const other of boxes(list)) other.checked = box.checked;
  refresh(list);
}

function refresh(list: Element): void {
  const all = boxes(list);
  const ticked = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.classList.toggle("is-on", box.checked);
  for (const bar of list.querySelectorAll<HTMLElement>(".batch-bar")) bar.hidden = ticked.length === 0;
  for (const count of list.querySelectorAll("[data-selected-count]")) count.textContent = ticked.length.toLocaleString("en-US");
  const head = list.querySelector<HTMLInputElement>("input[data-select-all]");
  if (!head) return;
  head.checked = all.length > 0 && ticked.length === all.length;
  head.indeterminate = ticked.length > 0 && ticked.length < all.length;
}
