/** The toolbar: what each button is called and what it does. */
import type { Tool } from "./toolbar";
import type { Viewer } from "./viewer";

export function toolsOf(viewer: Viewer): Tool[] {
  const { selection } = viewer;
  return [
    { icon: "home", name: "复位", mark: "reset", act: () => void viewer.reset() },
    { icon: "walk", name: "漫游", mark: "walk", switch: true, act: (on) => void viewer.walkAbout(on) },
    { icon: "palette", name: "着色", mark: "colour", switch: true, act: (on) => viewer.openPanel("colour", on) },
    {
      icon: "adjustments",
      name: "按结论着色",
      mark: "verdict",
      switch: true,
      act: (on) => void viewer.colours.by(on ? "verdict" : "own"),
    },
    { icon: "square-half", name: "透视", mark: "xray", switch: true, act: (on) => void viewer.xray(on) },
    { icon: "section", name: "剖切", mark: "section", switch: true, act: (on) => viewer.openPanel("section", on) },
    { icon: "ruler-2", name: "测量", mark: "measure", switch: true, act: (on) => viewer.openPanel("measure", on) },
    { icon: "search", name: "查找构件", mark: "search", switch: true, act: (on) => viewer.openPanel("search", on) },
    { icon: "focus-2", name: "只看选中", mark: "isolate", act: () => void selection.isolateSelection() },
    { icon: "eye-off", name: "隐藏选中", mark: "hide", act: () => void selection.hideSelection() },
    { icon: "eye", name: "全部显示", mark: "show-all", act: () => void viewer.showAll() },
    { icon: "map-pin", name: "标记", mark: "pins", switch: true, on: true, act: (on) => viewer.pins.show(on) },
    { icon: "bookmark", name: "视点", mark: "views", switch: true, act: (on) => viewer.openPanel("views", on) },
    { icon: "camera", name: "快照", mark: "snapshot", switch: true, act: (on) => viewer.openPanel("snapshot", on) },
    { icon: "maximize", name: "全屏", mark: "full-screen", act: () => void viewer.fullScreen() },
    { icon: "help-circle", name: "快捷键", mark: "help", act: () => viewer.help.toggle() },
  ];
}
