/** Keyboard shortcuts of the viewer: one table for what they do and for the help sheet. They work while the focus is on the stage. */
import { element } from "../dom";
import { t } from "../text";

/** Key (as the event names it, lower case), the tool it presses (data-tool), and what it does in words. */
export const SHORTCUTS: { key: string; tool: string; words: string }[] = [
  { key: "h", tool: "reset", words: "复位" },
  { key: "c", tool: "colour", words: "着色" },
  { key: "v", tool: "verdict", words: "按结论着色" },
  { key: "x", tool: "xray", words: "透视" },
  { key: "i", tool: "isolate", words: "只看选中" },
  { key: "delete", tool: "hide", words: "隐藏选中" },
  { key: "a", tool: "show-all", words: "全部显示" },
  { key: "s", tool: "section", words: "剖切" },
  { key: "m", tool: "measure", words: "测量" },
  { key: "f", tool: "search", words: "查找构件" },
  { key: "g", tool: "walk", words: "漫游" },
  { key: "b", tool: "views", words: "视点" },
  { key: "p", tool: "snapshot", words: "快照" },
  { key: "n", tool: "pins", words: "标记" },
  { key: "u", tool: "full-screen", words: "全屏" },
  { key: "?", tool: "help", words: "快捷键" },
];

const GESTURES: [string, string][] = [
  ["方向键", "转动"],
  ["＋ −", "放大、缩小"],
  ["Shift 加方向键", "平移"],
  ["Enter", "选中画面中心的构件"],
  ["Esc", "关闭面板，结束漫游、测量，取消选中"],
  ["左键拖动", "转动；右键拖动平移；滚轮缩放"],
  ["单指 双指", "转动；捏合缩放、平移"],
  ["W A S D", "漫游时前进、左移、后退、右移"],
  ["Q E", "漫游时左转、右转；Shift 快走"],
];

/** The tool that a key press means; nothing while a field is typed in or a modifier is held. */
export function toolOf(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const { tagName, type } = event.target as HTMLInputElement;
  if (tagName === "TEXTAREA" || tagName === "SELECT" || (tagName === "INPUT" && type !== "range")) return null;
  const key = event.key === "？" ? "?" : event.key.toLowerCase();
  return SHORTCUTS.find((shortcut) => shortcut.key === key)?.tool ?? null;
}

/** The sheet that ? opens. */
export class HelpSheet {
  readonly dialog = element("dialog", { class: "sheet-dialog viewer-help", "aria-label": t("快捷键") });

  constructor() {
    const close = element("button", { type: "button", class: "btn" }, t("关闭"));
    close.addEventListener("click", () => this.dialog.close());
    const list = element("dl", { class: "facts is-single" });
    for (const { key, words } of SHORTCUTS)
      list.append(row(key.length > 1 ? "Delete" : key.toUpperCase()), element("dd", {}, t(words)));
    for (const [keys, words] of GESTURES) list.append(row(t(keys)), element("dd", {}, t(words)));
    const note = element("p", { class: "sub" }, t("焦点在模型上时有效：先点一下模型，或用 Tab 键走到模型。"));
    this.dialog.append(element("h2", {}, t("快捷键")), note, list, element("div", { class: "acts" }, close));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
  }

  toggle(): void {
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
  }
}

function row(keys: string): HTMLElement {
  return element("dt", {}, element("kbd", {}, keys));
}
