import { element, fileSize } from "../dom";
import { t } from "../text";
import { PIECES_FROM_BYTES, Refused, sendInPieces } from "./pieces";
import { refusalText } from "./requests";
import { csrfToken, meansSignedOut, showSignedOut } from "./session";

/**
 * label.dropzone around input[type=file] takes dropped files, shows their names and checks data-max-bytes and accept;
 * form[data-upload] is sent with a progress bar and a way to cancel. The server's redirect is followed; a 422 page with a
 * form of the same id replaces the form, any other refusal is shown in words above the button. Large files of
 * input[data-resumable] go before the form, in pieces; the form then carries FIELD__upload with their ids.
 */
export function uploads(): void {
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"] as const) document.addEventListener(kind, onDrag);
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.matches(".dropzone input[type=file]")) showChosen(input);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.dataset.upload === undefined) return;
    event.preventDefault();
    if (chosenAreFit(form)) void send(form, event.submitter);
  });
}

function onDrag(event: DragEvent): void {
  const zone = (event.target as Element).closest?.(".dropzone");
  const input = zone?.querySelector<HTMLInputElement>("input[type=file]");
  if (!zone || !input) return;
  event.preventDefault();
  zone.classList.toggle("is-over", event.type === "dragenter" || event.type === "dragover");
  if (event.type !== "drop" || !event.dataTransfer?.files.length) return;
  const files = new DataTransfer();
  for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What is wrong with the chosen file, or an empty string. */
function fault(input: HTMLInputElement, file: File): string {
  const limit = Number(input.dataset.maxBytes ?? Number.POSITIVE_INFINITY);
  if (file.size > limit) return t("文件超过上限 {limit}，现为 {size}。", { limit: fileSize(limit), size: fileSize(file.size) });
  const endings = input.accept.split(",").map((part) => part.trim().toLowerCase());
  const named = endings.filter((ending) => ending.startsWith("."));
  if (named.length > 0 && named.length === endings.length && !named.some((ending) => file.name.toLowerCase().endsWith(ending))) {
    return t("这里只收 {accept} 文件，现为 {name}。", { accept: named.join(" "), name: file.name });
  }
  return "";
}

function showChosen(input: HTMLInputElement): void {
  const zone = input.closest(".dropzone")!;
  zone.querySelector(".dropzone-files")?.remove();
  const files = [...(input.files ?? [])];
  const wrong = files.map((file) => fault(input, file)).find(Boolean) ?? "";
  input.setCustomValidity(wrong);
  zone.classList.toggle("has-files", files.length > 0);
  zone.classList.toggle("is-wrong", wrong !== "");
  if (files.length === 0) return;
  const list = element("span", { class: "dropzone-files", role: "status" });
  for (const file of files.slice(0, 5)) list.append(element("span", {}, `${file.name}　${fileSize(file.size)}`));
  if (files.length > 5) list.append(element("span", {}, t("已选 {count} 个文件", { count: files.length })));
  if (wrong) list.append(element("span", { class: "is-late" }, wrong));
  zone.append(list);
}

function chosenAreFit(form: HTMLFormElement): boolean {
  return form.reportValidity();
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  form.querySelector(".upload-state")?.remove();
  const data = new FormData(form, submitter);
  const state = new State(
    form,
    [...data.values()].some((value) => value instanceof File && value.size > 0),
  );
  setBusy(form, true);
  try {
    await sendLarge(form, data, state);
    post(form, data, state);
  } catch (error) {
    if (state.giveUp.signal.aborted) state.fail(t("上传已停下，已传的部分保留七天，再选这个文件可以接着传。"));
    else state.fail(error instanceof Refused ? error.message : String(error));
    if (error instanceof Refused && error.signedOut) showSignedOut();
  }
}

/** What the reader sees while a form is sent: a bar, words, and a way to stop. A form without files shows nothing until it fails. */
class State {
  readonly giveUp = new AbortController();
  private readonly bar = element("progress", { class: "bar", max: 100, value: 0 });
  private readonly words = element("span", { class: "num", role: "status" });
  private readonly place = element("div", { class: "upload-state" });

  constructor(
    private readonly form: HTMLFormElement,
    hasFiles: boolean,
  ) {
    const cancel = element("button", { type: "button", class: "btn btn-quiet" }, t("取消"));
    cancel.addEventListener("click", () => this.giveUp.abort());
    if (hasFiles) this.place.append(this.bar, this.words, cancel);
    form.append(this.place);
  }

  show(percent: number, sentence = ""): void {
    this.bar.value = percent;
    this.words.textContent = sentence || (percent < 100 ? t("上传中 {percent}%", { percent }) : t("已传完，正在登记"));
  }

  fail(sentence: string): void {
    setBusy(this.form, false);
    this.place.replaceChildren(element("p", { class: "field-error", role: "alert" }, sentence));
  }
}

/** Sends the large files in pieces and puts their ids into the form in their place. */
async function sendLarge(form: HTMLFormElement, data: FormData, state: State): Promise<void> {
  if (!document.body.dataset.uploadsUrl) return;
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=file][data-resumable]")) {
    const files = data.getAll(input.name).filter((value): value is File => value instanceof File && value.size > 0);
    if (!files.some((file) => file.size >= PIECES_FROM_BYTES)) continue;
    data.delete(input.name);
    for (const file of files) {
      if (file.size < PIECES_FROM_BYTES) data.append(input.name, file);
      else data.append(`${input.name}__upload`, await sendOne(file, state));
    }
  }
}

function sendOne(file: File, state: State): Promise<string> {
  return sendInPieces(file, {
    signal: state.giveUp.signal,
    progress(sent, waiting) {
      const percent = Math.min(99, Math.floor((sent / file.size) * 100));
      const lost = t("连接断开，已传 {percent}%，{seconds} 秒后接着传", { percent, seconds: waiting });
      state.show(percent, waiting > 0 ? lost : `${file.name}　${t("上传中 {percent}%", { percent })}`);
    },
  });
}

function post(form: HTMLFormElement, data: FormData, state: State): void {
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    state.show(event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0);
  });
  request.addEventListener("error", () => state.fail(t("上传中断，没有保存文件。检查网络后再试一次。")));
  request.addEventListener("abort", () => state.fail(t("上传已取消，没有保存文件。")));
  request.addEventListener("load", () => finish(form, request, (sentence) => state.fail(sentence)));
  state.giveUp.signal.addEventListener("abort", () => request.abort());
  // The attribute, not form.action: a field may be called "action".
  request.open("POST", form.getAttribute("action") || location.href);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(data);
}

function finish(form: HTMLFormElement, request: XMLHttpRequest, fail: (sentence: string) => void): void {
  if (meansSignedOut(request)) {
    fail(t("登录已过期"));
    showSignedOut();
    return;
  }
  const onward = request.getResponseHeader("HX-Redirect");
  if (request.status < 300) {
    form.removeAttribute("data-dirty");
    form.setAttribute("data-taken", "");
    form.dispatchEvent(new Event("hezhu:taken", { bubbles: true }));
    location.assign(onward ?? request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const corrected = form.id ? answer.getElementById(form.id) : null;
  if (corrected instanceof HTMLFormElement) {
    form.replaceWith(corrected);
    carryFiles(form, corrected);
  } else fail(answer.querySelector("main [role=alert], #content [role=alert]")?.textContent?.trim() || refusalText(request));
}

/** The chosen files stay chosen in the form that comes back, so that nothing is looked for or sent twice. */
function carryFiles(before: HTMLFormElement, after: HTMLFormElement): void {
  for (const old of before.querySelectorAll<HTMLInputElement>("input[type=file]")) {
    const input = after.querySelector<HTMLInputElement>(`input[type=file][name="${CSS.escape(old.name)}"]`);
    if (!input || !old.files?.length) continue;
    input.files = old.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function setBusy(form: HTMLFormElement, busy: boolean): void {
  form.setAttribute("aria-busy", String(busy));
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])"))
    button.disabled = busy;
}
