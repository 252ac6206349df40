import { csrfToken } from "../behaviours/session";
import { element, icon } from "../dom";
import { t } from "../text";
import { FetchFailed, fetchJson } from "./fetching";
import type { Viewpoint } from "./viewpoint";

/** A row of viewpoints.json. */
export interface SavedView {
  guid: string;
  title: string;
  topic?: string | null;
  author?: string;
  author_name?: string;
  created_at?: string;
  snapshot_url?: string | null;
  viewpoint: Viewpoint;
}

/** Saved views of the project: the list, and one more from what is seen now. */
export class ViewsPanel {
  readonly body = element("form", { class: "views-body" });
  private readonly title = element("input", {
    class: "form-control",
    "aria-label": t("视点名称"),
    placeholder: t("视点名称"),
    maxlength: 120,
    required: true,
  });
  private readonly word = element("p", { class: "sub", role: "status" });
  private readonly list = element("ul", { class: "saved-views" });

  constructor(
    private readonly url: string | undefined,
    private readonly act: { take: () => Promise<Viewpoint>; go: (viewpoint: Viewpoint) => Promise<void> },
  ) {
    const save = element("button", { class: "btn btn-primary" }, icon("device-floppy"), t("保存当前视点"));
    const form = element("div", { class: "views-new" }, this.title, save);
    this.body.append(...(url ? [form] : []), this.word, this.list);
    this.body.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
  }

  async opened(): Promise<void> {
    if (!this.url) {
      this.word.textContent = t("这一页没有连到项目，不能保存视点。");
      return;
    }
    try {
      const { viewpoints } = await fetchJson<{ viewpoints: SavedView[] }>(this.url);
      this.show(viewpoints);
    } catch (error) {
      const status = error instanceof FetchFailed ? error.status : 0;
      this.word.textContent = t("视点没有取到（{status}）。", { status });
    }
  }

  /** Go to one saved view by its guid, as a link asks. */
  async goTo(guid: string): Promise<void> {
    if (!this.url) return;
    const address = new URL(this.url, location.href);
    address.searchParams.set("guid", guid);
    const { viewpoints } = await fetchJson<{ viewpoints: SavedView[] }>(address.href);
    const found = viewpoints.find((view) => view.guid === guid);
    if (found) await this.act.go(found.viewpoint);
  }

  private show(views: SavedView[]): void {
    this.word.textContent = views.length === 0 ? t("还没有视点。转到要留下的画面，写上名称保存。") : "";
    this.list.replaceChildren(...views.map((view) => this.row(view)));
  }

  private row(view: SavedView): HTMLElement {
    const button = element("button", { type: "button", "data-guid": view.guid });
    if (view.snapshot_url) button.append(element("img", { src: view.snapshot_url, alt: "", loading: "lazy" }));
    const when = view.created_at?.slice(0, 10) ?? "";
    button.append(
      element("span", { class: "cut" }, view.title || t("未命名视点")),
      element("span", { class: "sub cut" }, [view.author_name ?? view.author, when].filter(Boolean).join(" · ")),
    );
    button.addEventListener("click", () => void this.act.go(view.viewpoint));
    return element("li", {}, button);
  }

  private async save(): Promise<void> {
    this.word.textContent = t("正在保存");
    const viewpoint = await this.act.take();
    try {
      const answer = await fetch(this.url!, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ title: this.title.value.trim(), topic: null, viewpoint }),
      });
      if (!answer.ok) throw new FetchFailed(answer.status);
    } catch (error) {
      const status = error instanceof FetchFailed ? error.status : 0;
      this.word.textContent = t("视点没有保存（{status}）。检查权限或网络后再试。", { status });
      return;
    }
    this.title.value = "";
    await this.opened();
    this.word.textContent = t("视点已保存");
  }
}
