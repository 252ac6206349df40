import { element } from "../dom";
import { t } from "../text";

/**
 * Dialogs by attribute: data-dialog-open="id" opens <dialog id>, data-dialog-close closes the one around it,
 * and a <dialog data-dialog-auto> that arrives in a response opens at once.
 */
export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen ?? "");
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
    else if (target instanceof HTMLDialogElement && target.hasAttribute("data-light-dismiss")) target.close();
  });
  document.addEventListener("htmx:load", (event) => {
    const loaded = event.target as Element;
    const dialog = loaded.matches("dialog[data-dialog-auto]") ? loaded : loaded.querySelector("dialog[data-dialog-auto]");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  });
}

export interface Question {
  title: string;
  text?: string;
  accept?: string;
  /** Red outline: the act refuses or removes something. */
  refuse?: boolean;
}

/** Ask before an act. Resolves true when the reader accepts. */
export function ask(question: Question): Promise<boolean> {
  const dialog = element("dialog", { class: "sheet-dialog", "aria-label": question.title });
  const accept = element(
    "button",
    { class: question.refuse ? "btn btn-refuse" : "btn btn-primary", value: "yes" },
    question.accept ?? t("确定"),
  );
  const form = element("form", { method: "dialog" }, element("h2", {}, question.title));
  if (question.text) form.append(element("p", {}, question.text));
  form.append(element("div", { class: "acts" }, element("button", { class: "btn", value: "no" }, t("取消")), accept));
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
