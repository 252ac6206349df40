import { element } from "../dom";
import { t } from "../text";
import type { PropertyName, Queries } from "./queries";

/** A list of all properties of the visible models, by set; fetched when first opened. */
export class PropertyChoice {
  readonly select = element("select", { class: "form-select", "aria-label": t("属性") });
  private names: PropertyName[] = [];
  private asked = "";

  constructor(private readonly queries: Queries) {}

  get chosen(): PropertyName | null {
    return this.names[Number(this.select.value)] ?? null;
  }

  /** Fill the list again when other models are visible than before. Throws FetchFailed. */
  async fill(visible: string): Promise<void> {
    if (this.asked === visible) return;
    const kept = this.chosen;
    this.names = await this.queries.names();
    this.asked = visible;
    const sets = new Map<string, HTMLOptGroupElement>();
    this.names.forEach((name, index) => {
      const set = sets.get(name.set) ?? element("optgroup", { label: name.set || t("构件本身") });
      sets.set(name.set, set);
      const same = kept?.set === name.set && kept.name === name.name;
      const words = t("{name}（{count}）", { name: name.label, count: name.count.toLocaleString("en-US") });
      set.append(element("option", { value: index, selected: same }, words));
    });
    this.select.replaceChildren(...sets.values());
  }
}
