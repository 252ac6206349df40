import { element, fileSize } from "../dom";
import { t } from "../text";
import { refusalText } from "./requests";
import { csrfToken, meansSignedOut, showSignedOut } from "./session";

/**
 * label.dropzone around input[type=file] takes dropped files, shows their names and checks data-max-bytes and accept;
 * form[data-upload] is sent with a progress bar and a way to cancel. The server's redirect is followed; a 422 page with a
 * form of the same id replaces the form, any other refusal is shown in words above the button.
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
    if (chosenAreFit(form)) send(form, event.submitter);
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

function send(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.querySelector(".upload-state")?.remove();
  const bar = element("progress", { class: "bar", max: 100, value: 0 });
  const words = element("span", { class: "num", role: "status" }, t("上传中 {percent}%", { percent: 0 }));
  const cancel = element("button", { type: "button", class: "btn btn-quiet" }, t("取消"));
  const state = element("div", { class: "upload-state" }, bar, words, cancel);
  const data = new FormData(form, submitter);
  form.append(state);
  setBusy(form, true);

  const request = new XMLHttpRequest();
  const fail = (sentence: string): void => {
    setBusy(form, false);
    state.replaceChildren(element("p", { class: "field-error", role: "alert" }, sentence));
  };
  request.upload.addEventListener("progress", (event) => {
    const percent = event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0;
    bar.value = percent;
    words.textContent = percent < 100 ? t("上传中 {percent}%", { percent }) : t("已传完，正在登记");
  });
  request.addEventListener("error", () => fail(t("上传中断，没有保存文件。检查网络后再试一次。")));
  request.addEventListener("abort", () => fail(t("上传已取消，没有保存文件。")));
  request.addEventListener("load", () => finish(form, request, fail));
  cancel.addEventListener("click", () => request.abort());
  request.open("POST", form.action);
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
    location.assign(onward ?? request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const corrected = form.id ? answer.getElementById(form.id) : null;
  if (corrected) form.replaceWith(corrected);
  else fail(refusalText(request));
}

function setBusy(form: HTMLFormElement, busy: boolean): void {
  form.setAttribute("aria-busy", String(busy));
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])"))
    button.disabled = busy;
}
