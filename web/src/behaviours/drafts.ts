import { element } from "../dom";
import { t } from "../text";
import { meansSignedOut, onSignInPage } from "./session";

/**
 * form[data-draft="key"] keeps what is typed in this browser, for this account, until the server has taken it: a lost session, a
 * reload or a crash loses nothing. Passwords, hidden fields, files and [data-no-draft] are never kept. The draft goes when the form
 * was taken, when its writer throws it away, on sign-out, and after two weeks.
 */
export function drafts(): void {
  settleSent();
  forgetOld();
  restoreIn(document);
  document.addEventListener("input", (event) => later((event.target as HTMLInputElement).form));
  document.addEventListener("change", (event) => later((event.target as HTMLInputElement).form));
  document.addEventListener("submit", onSubmit, { capture: true });
  document.addEventListener("hezhu:taken", (event) => forget(keyOf(event.target as HTMLFormElement)));
  document.addEventListener("htmx:load", (event) => restoreIn(event.target as Element));
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful, xhr, requestConfig } = (event as CustomEvent<Answered>).detail;
    // The form may have left the page with the answer, so that the event comes from what stands in its place.
    const form = requestConfig?.elt.closest<HTMLFormElement>("form[data-draft]");
    if (successful && form && !meansSignedOut(xhr)) taken(form);
  });
  window.addEventListener("pagehide", () => {
    for (const form of waiting) save(form);
  });
}

interface Answered {
  successful: boolean;
  xhr: XMLHttpRequest;
  requestConfig?: { elt: Element };
}

interface Draft {
  at: number;
  fields: Record<string, string[]>;
}

const PREFIX = "hezhu-draft:";
const SENT = "hezhu-draft-sent";
const KEPT_MS = 14 * 86_400_000;
const WAIT_MS = 250;
const MOST_SIGNS = 200_000;
const SKIPPED = new Set(["password", "hidden", "file", "submit", "button", "image", "reset"]);
const waiting = new Set<HTMLFormElement>();
const untouched = new WeakMap<HTMLFormElement, string>();

function keyOf(form: HTMLFormElement): string {
  const { account } = document.body.dataset;
  return form.dataset.draft && account ? `${PREFIX}${account}:${form.dataset.draft}` : "";
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return ([...form.elements] as Field[]).filter(
    (field) => field.name && !SKIPPED.has(field.type) && field.dataset.noDraft === undefined,
  );
}

function isTick(field: Field): field is HTMLInputElement {
  return field.type === "checkbox" || field.type === "radio";
}

function typed(form: HTMLFormElement): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const field of fieldsOf(form)) {
    const values = (found[field.name] ??= []);
    if (field instanceof HTMLSelectElement) values.push(...[...field.selectedOptions].map((option) => option.value));
    else if (!isTick(field) || field.checked) values.push(field.value);
  }
  return found;
}

function later(form: HTMLFormElement | null): void {
  if (!form || !keyOf(form) || waiting.has(form)) return;
  waiting.add(form);
  setTimeout(() => save(form), WAIT_MS);
}

function save(form: HTMLFormElement): void {
  waiting.delete(form);
  const key = keyOf(form);
  if (!key || form.dataset.taken !== undefined) return;
  const fields = typed(form);
  const text = JSON.stringify(fields);
  if (text === untouched.get(form)) forget(key);
  else if (text.length < MOST_SIGNS) write(localStorage, key, JSON.stringify({ at: Date.now(), fields }));
}

/** The server has it: nothing is kept, also not by a save that was still to come. */
function taken(form: HTMLFormElement): void {
  untouched.set(form, JSON.stringify(typed(form)));
  forget(keyOf(form));
}

function restoreIn(place: Document | Element): void {
  const inside = [...place.querySelectorAll<HTMLFormElement>("form[data-draft]")];
  if (place instanceof HTMLFormElement && place.dataset.draft) inside.push(place);
  for (const form of inside) if (!untouched.has(form)) restore(form);
}

function restore(form: HTMLFormElement): void {
  untouched.set(form, JSON.stringify(typed(form)));
  const draft = read(keyOf(form));
  if (!draft || JSON.stringify(draft.fields) === untouched.get(form)) return;
  const before = typed(form);
  fill(form, draft.fields);
  if (form.dataset.warnUnsaved !== undefined) form.setAttribute("data-dirty", "");
  const note = element("div", { class: "notice is-info draft-note", role: "status" });
  const drop = element("button", { type: "button", class: "btn btn-quiet" }, t("不要了"));
  const when = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  note.append(element("span", {}, t("已恢复 {when} 没有提交的内容。", { when })), drop);
  const heading = form.querySelector("h2, .panel-head");
  if (heading && heading.parentElement === form) heading.after(note);
  else form.prepend(note);
  const marks = markOpeners(form);
  drop.addEventListener("click", () => {
    fill(form, before);
    forget(keyOf(form));
    form.removeAttribute("data-dirty");
    note.remove();
    for (const mark of marks) mark.remove();
  });
}

function fill(form: HTMLFormElement, fields: Record<string, string[]>): void {
  for (const field of fieldsOf(form)) {
    const values = fields[field.name];
    if (!values) continue;
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = values.includes(option.value);
    } else if (isTick(field)) field.checked = values.includes(field.value);
    else field.value = values.length > 1 ? field.value : (values[0] ?? "");
  }
}

/** A form in a closed dialog says on the button that opens it that something waits there. */
function markOpeners(form: HTMLFormElement): HTMLElement[] {
  const { id } = form.closest("dialog") ?? { id: "" };
  if (!id) return [];
  return [...document.querySelectorAll(`[data-dialog-open="${CSS.escape(id)}"]`)].map((opener) => {
    const mark = element("span", { class: "draft-mark", "aria-label": t("有没有提交的内容") });
    opener.append(mark);
    return mark;
  });
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.dataset.endsSession !== undefined) {
    forgetAccount();
    return;
  }
  if (!keyOf(form)) return;
  save(form);
  if (form.dataset.upload === undefined) write(sessionStorage, SENT, JSON.stringify({ key: keyOf(form), at: Date.now() }));
}

/** An ordinary form was sent before this page came: it was taken unless the answer is an error, the sign-in page, or the form again. */
function settleSent(): void {
  const sent = sessionStorage.getItem(SENT);
  if (!sent) return;
  sessionStorage.removeItem(SENT);
  const { key } = JSON.parse(sent) as { key: string };
  const [entry] = performance.getEntriesByType("navigation") as (PerformanceNavigationTiming & { responseStatus?: number })[];
  const again = [...document.querySelectorAll<HTMLFormElement>("form[data-draft]")].find((form) => keyOf(form) === key);
  const refused = (entry?.responseStatus ?? 200) >= 400 || again?.querySelector("[role=alert]");
  if (!refused && !onSignInPage()) forget(key);
}

function read(key: string): Draft | null {
  try {
    const text = key && localStorage.getItem(key);
    return text ? (JSON.parse(text) as Draft) : null;
  } catch {
    return null;
  }
}

function write(place: Storage, key: string, text: string): void {
  try {
    place.setItem(key, text);
  } catch {
    // Full or forbidden: the page works as before, without a draft.
  }
}

function forget(key: string): void {
  if (key) localStorage.removeItem(key);
}

function forgetAccount(): void {
  const mine = `${PREFIX}${document.body.dataset.account ?? ""}:`;
  for (const key of Object.keys(localStorage)) if (key.startsWith(mine)) localStorage.removeItem(key);
}

function forgetOld(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && (read(key)?.at ?? 0) < Date.now() - KEPT_MS) localStorage.removeItem(key);
  }
}
