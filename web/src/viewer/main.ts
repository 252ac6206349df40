/** Entry of viewer.js: a viewer on every [data-hezhu-viewer], also on those that arrive later by htmx. */
import { findings } from "./findings";
import { Viewer } from "./viewer";

const viewers = new Map<HTMLElement, Viewer>();

function mount(root: ParentNode): void {
  for (const [host, viewer] of viewers) {
    if (host.isConnected) continue;
    viewer.dispose();
    viewers.delete(host);
  }
  for (const host of root.querySelectorAll<HTMLElement>("[data-hezhu-viewer]")) {
    if (!viewers.has(host)) viewers.set(host, new Viewer(host));
  }
}

findings();
mount(document);
document.addEventListener("htmx:afterSettle", () => mount(document));
