import { csrfToken } from "../behaviours/session";
import { element, icon } from "../dom";
import { t } from "../text";

/** Where a picture goes with the words to it: the comments of the finding that is open. */
export interface Record {
  url: string;
  label: string;
}

/** A picture of what is seen now: to keep as a file, or to put into the record of the finding that is open. */
export class SnapshotPanel {
  readonly body = element("form", { class: "snapshot-body" });
  private readonly image = element("img", { alt: t("当前画面") });
  private readonly download = element("a", { class: "btn", download: "snapshot.png" }, icon("download"), t("下载 PNG"));
  private readonly text = element("textarea", { class: "form-control", rows: 2, maxlength: 2000, "aria-label": t("说明") });
  private readonly send = element("button", { class: "btn btn-primary" }, icon("paperclip"), element("span"));
  private readonly word = element("p", { class: "sub", role: "status" });
  private readonly recordPart: HTMLElement;
  private picture: Blob | null = null;
  private record: Record | null = null;

  constructor(private readonly act: { take: () => Promise<Blob>; record: () => Record | null }) {
    const again = element("button", { type: "button", class: "btn btn-quiet" }, icon("refresh"), t("重拍"));
    again.addEventListener("click", () => void this.opened());
    this.text.placeholder = t("说明这张图");
    this.recordPart = element("div", { class: "snapshot-record" }, this.text, this.send);
    this.body.append(this.image, element("div", { class: "row-gap" }, this.download, again), this.recordPart, this.word);
    this.body.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.attach();
    });
  }

  async opened(): Promise<void> {
    this.picture = await this.act.take();
    URL.revokeObjectURL(this.image.src);
    this.image.src = URL.createObjectURL(this.picture);
    this.download.href = this.image.src;
    this.record = this.act.record();
    this.recordPart.hidden = this.record === null;
    this.send.querySelector("span")!.textContent = this.record ? t("附到{label}", { label: this.record.label }) : "";
    this.word.textContent = this.record ? "" : t("打开一项发现，就能把快照附到它的意见往来里。");
  }

  private async attach(): Promise<void> {
    if (!this.picture || !this.record) return;
    const body = new FormData();
    body.set("text", this.text.value.trim() || t("模型快照"));
    body.set("picture", this.picture, "snapshot.png");
    this.send.disabled = true;
    try {
      const answer = await fetch(this.record.url, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
        body,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.text.value = "";
      this.word.textContent = t("快照已附到{label}", { label: this.record.label });
      this.body.dispatchEvent(new CustomEvent("hezhu:recorded", { bubbles: true, detail: { url: this.record.url } }));
    } catch (error) {
      this.word.textContent = t("快照没有附上（{status}）。", { status: (error as Error).message });
    } finally {
      this.send.disabled = false;
    }
  }
}
