import { element, icon } from "../dom";
import { t } from "../text";
import type { Federation } from "./federation";
import type { Model } from "./model";

const PERCENT = 100;
const FAINTEST = 10;

/** The disciplines on the page: show or hide each, how solid it is, and what is wrong with its place. */
export class Disciplines {
  readonly box = element("div", { class: "disciplines", role: "group", "aria-label": t("专业"), hidden: true });

  constructor(
    private readonly federation: Federation,
    private readonly act: { changed: (model: Model) => void; fit: (model: Model) => void },
  ) {}

  async show(): Promise<void> {
    const { models } = this.federation;
    const rows = await Promise.all(models.map((model) => this.row(model)));
    this.box.replaceChildren(...rows);
    this.box.hidden = models.length < 2;
  }

  private async row(model: Model): Promise<HTMLElement> {
    const { from, look } = model;
    const words = from.label || from.discipline;
    const eye = element(
      "button",
      {
        type: "button",
        class: "btn-icon",
        "aria-pressed": String(look.visible),
        "aria-label": t("显示 {name}", { name: words }),
      },
      icon(look.visible ? "eye" : "eye-off"),
    );
    eye.addEventListener("click", () => {
      look.visible = !look.visible;
      eye.setAttribute("aria-pressed", String(look.visible));
      eye.replaceChildren(icon(look.visible ? "eye" : "eye-off"));
      this.act.changed(model);
    });
    const name = element("button", { type: "button", class: "discipline-name", title: t("飞到 {name}", { name: words }) });
    name.append(
      element("b", { class: "cut" }, from.discipline || words),
      element("span", { class: "sub cut" }, from.label && from.label !== from.discipline ? from.label : from.version),
    );
    name.addEventListener("click", () => this.act.fit(model));
    const solid = element("input", {
      type: "range",
      min: FAINTEST,
      max: PERCENT,
      value: look.opacity * PERCENT,
      "aria-label": t("{name} 不透明度", { name: words }),
    });
    solid.addEventListener("change", () => {
      look.opacity = Number(solid.value) / PERCENT;
      this.act.changed(model);
    });
    const row = element("div", { class: "discipline", "data-model": from.id }, eye, name, solid);
    for (const remark of await this.remarks(model)) row.append(element("p", { class: "remark" }, icon("alert-triangle"), remark));
    return row;
  }

  private async remarks(model: Model): Promise<string[]> {
    const { from } = model;
    const remarks = from.note ? [from.note] : [];
    const others = this.federation.models.some((other) => other !== model && other.from.placement);
    if (!from.placement && others) remarks.push(t("没有地图定位，按原点对齐"));
    const metres = await this.federation.distanceOf(model);
    if (await this.federation.isFar(model))
      remarks.push(t("离第一个模型 {distance} km", { distance: (metres / 1000).toFixed(1) }));
    return remarks;
  }
}
