import htmx from "htmx.org";
import { t } from "../text";
import { ask } from "./dialogs";
import { csrfToken, meansSignedOut, showSignedOut } from "./session";
import { type ToastKind, toast } from "./toasts";

interface BeforeSwap {
  elt: HTMLElement;
  shouldSwap: boolean;
  requestConfig?: { headers?: Record<string, string> };
}

interface Problem {
  title?: string;
  detail?: string;
}

/** The sentence for a refused request: the server's own words when it sent problem+json, else what the status means. */
export function refusalText(request: XMLHttpRequest): string {
  if (request.status === 0) return t("网络断开，没有提交。接通后再试一次。");
  if ((request.getResponseHeader("Content-Type") ?? "").includes("json")) {
    try {
      const problem = JSON.parse(request.responseText) as Problem;
      const words = problem.detail ?? problem.title;
      if (words) return words;
    } catch {
      // Not JSON after all: fall through to the general sentence.
    }
  }
  return request.status === 403 ? t("这里没有权限，数据没有改动。") : t("服务器没有办成这件事，数据没有改动。");
}

/** htmx: strict CSP, CSRF from the cookie, form errors (422) swapped in, refusals as a toast, sign-out without loss. */
export function requests(): void {
  Object.assign(htmx.config, {
    includeIndicatorStyles: false,
    allowEval: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true, error: false },
      { code: "...", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const detail = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    if (!meansSignedOut(xhr)) return;
    event.preventDefault();
    showSignedOut();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt, requestConfig, shouldSwap } = (event as CustomEvent<BeforeSwap>).detail;
    const polls = requestConfig?.headers?.["HX-Polling"] !== undefined;
    // A page that looks for news by itself does not take away what is being typed or read in a dialog.
    const busy = document.querySelector("dialog[open], form[data-dirty], form[aria-busy=true]") !== null;
    if (shouldSwap && polls && busy && elt) (event as CustomEvent<BeforeSwap>).detail.shouldSwap = false;
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    toast(refusalText(xhr), "act");
  });
  document.addEventListener("htmx:sendError", () => toast(t("网络断开，没有提交。接通后再试一次。"), "act"));
  document.addEventListener("htmx:confirm", confirmInDialog);
  document.addEventListener("toast", (event) => {
    const detail = (event as CustomEvent<{ text?: string; kind?: ToastKind; value?: string }>).detail;
    toast(detail.text ?? detail.value ?? "", detail.kind ?? "done");
  });
}

interface ConfirmDetail {
  question: string | null;
  elt: HTMLElement;
  issueRequest: (skipConfirmation: boolean) => void;
}

/** hx-confirm asks in our own dialog instead of the browser's. */
function confirmInDialog(event: Event): void {
  const { question, elt, issueRequest } = (event as CustomEvent<ConfirmDetail>).detail;
  if (!question) return;
  event.preventDefault();
  ask({ title: question, accept: elt.dataset.confirmAccept, refuse: elt.classList.contains("btn-refuse") }).then((yes) => {
    if (yes) issueRequest(true);
  });
}
