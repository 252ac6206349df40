import { ask } from "./dialogs";
import { csrfToken, showSignedOut } from "./session";

const DIRTY = "data-dirty";

/**
 * Ordinary (not htmx) forms:
 * data-warn-unsaved warns before leaving a changed form; with <body data-session-url> the session is checked before sending,
 * data-confirm="question" asks first, and the CSRF field follows the cookie.
 */
export function forms(): void {
  document.addEventListener("input", (event) => {
    (event.target as Element).closest("form[data-warn-unsaved]")?.setAttribute(DIRTY, "");
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector(`form[${DIRTY}]`)) event.preventDefault();
  });
  document.addEventListener("reset", (event) => (event.target as Element).removeAttribute(DIRTY));
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful } = (event as CustomEvent<{ successful: boolean }>).detail;
    if (successful) (event.target as Element).closest("form")?.removeAttribute(DIRTY);
  });
  document.addEventListener("submit", onSubmit);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method === "dialog") return;
  const token = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  if (token) token.value = csrfToken();
  if (form.dataset.passed !== undefined) {
    delete form.dataset.passed;
    form.removeAttribute(DIRTY);
    return;
  }
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  const checkSession = form.dataset.warnUnsaved !== undefined && document.body.dataset.sessionUrl !== undefined;
  if (!question && !checkSession) {
    form.removeAttribute(DIRTY);
    return;
  }
  event.preventDefault();
  void sendWhenReady(form, event.submitter, question, checkSession);
}

async function sendWhenReady(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  question: string | undefined,
  checkSession: boolean,
): Promise<void> {
  const refuse = submitter?.classList.contains("btn-refuse") ?? false;
  if (question && !(await ask({ title: question, accept: submitter?.textContent?.trim(), refuse }))) return;
  if (checkSession && !(await signedIn())) {
    showSignedOut();
    return;
  }
  form.dataset.passed = "";
  form.requestSubmit(submitter);
}

/** False only when the server says so; without network the ordinary submit will report it. */
async function signedIn(): Promise<boolean> {
  try {
    const answer = await fetch(document.body.dataset.sessionUrl!, { redirect: "manual", credentials: "same-origin" });
    return answer.ok;
  } catch {
    return true;
  }
}
