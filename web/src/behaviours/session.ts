import { element } from "../dom";
import { t } from "../text";

/** Path of the sign-in page, from <body data-sign-in-url>. */
function signInUrl(): string {
  return document.body.dataset.signInUrl ?? "/sign-in/";
}

/** Whether this page asks to sign in. */
export function onSignInPage(): boolean {
  return location.pathname === new URL(signInUrl(), location.href).pathname;
}

/** Did this answer mean "sign in first"? Either 401, or a redirect that ended on the sign-in page. */
export function meansSignedOut(request: XMLHttpRequest): boolean {
  if (request.status === 401) return true;
  if (!request.responseURL) return false;
  const answered = new URL(request.responseURL, location.href).pathname;
  const wanted = new URL(signInUrl(), location.href).pathname;
  return answered === wanted && location.pathname !== wanted;
}

/** Ask the reader to sign in elsewhere; this page, and what was typed on it, stays as it is. */
export function showSignedOut(): void {
  if (document.querySelector("dialog.signed-out")) return;
  const dialog = element("dialog", { class: "sheet-dialog signed-out", "aria-label": t("登录已过期") });
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, t("登录已过期")),
    element("p", {}, t("填写的内容还在这一页。先在新窗口登录，再回来继续。")),
    element(
      "div",
      { class: "acts" },
      element("button", { class: "btn" }, t("已登录，继续")),
      element("a", { class: "btn btn-primary", href: signInUrl(), target: "_blank", rel: "noopener" }, t("在新窗口登录")),
    ),
  );
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Value of the cookie `name`, or an empty string. */
function cookie(name: string): string {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** The current CSRF token: the cookie's, which survives a new sign-in in another window, else the page's own. */
export function csrfToken(): string {
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  return cookie(document.body.dataset.csrfCookie ?? "csrftoken") || field?.value || "";
}
