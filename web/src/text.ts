/** The words this code puts on the page: Chinese is the source, English is looked up; html[lang] decides. */

import { VIEWER_ENGLISH } from "./viewer/words";

const ENGLISH: Record<string, string> = {
  ...VIEWER_ENGLISH,
  搜索结果: "Search results",
  登录已过期: "Your session has expired",
  "填写的内容还在这一页。先在新窗口登录，再回来继续。":
    "What you typed is still on this page. Sign in in a new window, then come back and continue.",
  在新窗口登录: "Sign in in a new window",
  "已登录，继续": "Signed in, continue",
  "网络断开，没有提交。接通后再试一次。": "The network is down; nothing was sent. Try again when it is back.",
  "服务器没有办成这件事，数据没有改动。": "The server could not do this; no data was changed.",
  "这里没有权限，数据没有改动。": "You have no permission here; no data was changed.",
  确定: "OK",
  取消: "Cancel",
  关闭: "Close",
  已复制: "Copied",
  "文件超过上限 {limit}，现为 {size}。": "The file is larger than {limit}: it has {size}.",
  "这里只收 {accept} 文件，现为 {name}。": "Only {accept} files are accepted here: this is {name}.",
  "已选 {count} 个文件": "{count} files chosen",
  "上传中 {percent}%": "Uploading {percent}%",
  "已传完，正在登记": "Uploaded, being registered",
  "多次没有传成，已传 {percent}%。再点一次从这里继续。": "Several tries failed at {percent}%. Press again to go on from there.",
  "连接断开，已传 {percent}%，{seconds} 秒后接着传": "Connection lost at {percent}%; going on in {seconds} s",
  "上传已停下，已传的部分保留七天，再选这个文件可以接着传。":
    "Stopped. What was sent is kept for seven days: choose the same file to go on.",
  "已恢复 {when} 没有提交的内容。": "What you typed at {when} and did not send is back.",
  不要了: "Discard",
  实测位置: "Where it was measured",
  有没有提交的内容: "Something typed here was not sent",
  "上传已取消，没有保存文件。": "Upload cancelled; no file was saved.",
  "上传中断，没有保存文件。检查网络后再试一次。": "Upload interrupted; no file was saved. Check the network and try again.",
  构件属性: "Element properties",
  楼层: "Storeys",
  全部: "All",
  "{count} 项": "{count}",
  透视: "X-ray",
  不符合: "Fails",
  需人工: "Needs a person",
  符合: "Passes",
  按结论着色: "Colour by verdict",
  剖切: "Section",
  测量: "Measure",
  隐藏选中: "Hide selection",
  只看选中: "Isolate selection",
  全部显示: "Show all",
  复位: "Reset view",
  全屏: "Full screen",
  模型工具: "Model tools",
  正在读取模型: "Reading the model",
  "正在读取模型 {percent}%": "Reading the model {percent}%",
  还没有可看的模型: "There is no model to show yet",
  "模型转换好以后会自动出现在这里。": "The model appears here as soon as it has been converted.",
  模型打不开: "The model cannot be opened",
  "模型文件没有取到（{status}）。刷新页面再试；仍不行，请重新转换这个模型。":
    "The model file could not be fetched ({status}). Reload the page; if that fails, convert the model again.",
  "模型文件不完整或版本不符，请重新转换这个模型。":
    "The model file is incomplete or of another version; convert the model again.",
  这台设备不能显示三维: "This device cannot show 3D",
  "浏览器没有打开 WebGL。审查结论不受影响，右侧清单照常可用；要看模型，请换用新版浏览器或打开硬件加速。":
    "WebGL is off in this browser. Verdicts are not affected and the list still works; to see the model use a current browser or turn on hardware acceleration.",
  重试: "Try again",
  不剖: "None",
  东西: "East–west",
  南北: "North–south",
  高度: "Height",
  翻面: "Flip",
  剖切方向: "Section direction",
  剖切位置: "Section position",
  点第一点: "Pick the first point",
  点第二点: "Pick the second point",
  "距离 {length} m": "Distance {length} m",
  "水平 {flat} m，高差 {rise} m": "Horizontal {flat} m, height {rise} m",
  "这个构件在模型里没有实体，不能定位。": "This element has no body in the model; it cannot be shown.",
  "这个构件不在这一版模型里。": "This element is not in this version of the model.",
  "属性没有取到。": "The properties could not be fetched.",
  "标高 {elevation} m": "Elevation {elevation} m",
};

const english = document.documentElement.lang.toLowerCase().startsWith("en");

/** `text` in the page's language, with `{name}` filled from `values`. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const template = english ? (ENGLISH[text] ?? text) : text;
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
