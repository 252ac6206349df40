import { element, icon } from "../dom";
import { t } from "../text";

export type ToastKind = "done" | "info" | "hold" | "act";

const ICONS: Record<ToastKind, string> = {
  done: "circle-check",
  info: "info-circle",
  hold: "hand-stop",
  act: "alert-triangle",
};
const SECONDS_SHOWN = 6;

/** One sentence at the foot of the page. Refusals (`act`, `hold`) stay until closed; the rest leave by themselves. */
export function toast(text: string, kind: ToastKind = "info"): void {
  const standing = [...document.querySelectorAll(".toast-note > span")].some((other) => other.textContent === text);
  if (standing) return; // the same sentence again, for example from a repeated request
  const close = element("button", { type: "button", class: "btn-icon", "aria-label": t("关闭") }, icon("x"));
  const lasting = kind === "act" || kind === "hold";
  const note = element("div", { class: `toast-note is-${kind}`, role: lasting ? "alert" : "status" });
  note.append(icon(ICONS[kind]), element("span", { class: "grow" }, text), close);
  close.addEventListener("click", () => note.remove());
  if (!lasting) setTimeout(() => note.remove(), SECONDS_SHOWN * 1000);
  shelf().append(note);
}

function shelf(): HTMLElement {
  const found = document.querySelector<HTMLElement>(".toast-shelf");
  if (found) return found;
  const made = element("div", { class: "toast-shelf" });
  document.body.append(made);
  return made;
}
