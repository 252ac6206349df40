/**
 * The placement map: [data-place-map] draws the model's footprint on a grid of map metres from #place-picture. Dragging the footprint or
 * its handle writes easting, northing and rotation into the form's [data-place] fields (in the grid's system), and what is typed there moves
 * the footprint. Without this script the form works alone.
 */
const SVG = "http://www.w3.org/2000/svg";

interface Picture {
  crs: string;
  origin: [number, number];
  rotation: number;
  rings: [number, number][][];
  others: { name: string; ring: [number, number][] }[];
  placed: boolean;
  shaped: boolean;
  span: number;
}

export function placement(): void {
  document.querySelector<HTMLSelectElement>("[data-place-subject]")?.addEventListener("change", (event) => {
    (event.target as HTMLSelectElement).form?.submit();
  });
  const stage = document.querySelector<HTMLElement>("[data-place-map]");
  const data = document.getElementById("place-picture")?.textContent;
  if (stage && data) new PlacementMap(stage, JSON.parse(data) as Picture);
}

class PlacementMap {
  private readonly svg = element("svg", { tabindex: "0", role: "img" });
  private centre: [number, number];
  private span: number;
  private held: {
    kind: "move" | "turn" | "pan";
    x: number;
    y: number;
    origin: [number, number];
    centre: [number, number];
  } | null = null;
  private readonly mayMove: boolean;

  constructor(
    private readonly stage: HTMLElement,
    private readonly picture: Picture,
  ) {
    this.mayMove = stage.dataset["mayMove"] === "1";
    this.centre = [...picture.origin];
    this.span = picture.span;
    this.svg.setAttribute("aria-label", stage.getAttribute("aria-label") ?? "");
    stage.append(this.svg);
    this.svg.addEventListener("pointerdown", (event) => this.take(event));
    this.svg.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => (this.held = null));
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.svg.addEventListener("keydown", (event) => this.key(event));
    for (const button of document.querySelectorAll<HTMLElement>("[data-place-zoom]"))
      button.addEventListener("click", () => this.zoom(Number(button.dataset["placeZoom"])));
    for (const name of ["easting", "northing", "rotation"]) this.input(name)?.addEventListener("input", () => this.typed());
    new ResizeObserver(() => this.draw()).observe(stage);
    this.all();
  }

  private input(name: string): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>(`[data-place="${name}"]`);
  }

  /** Metres a pixel. */
  private get scale(): number {
    return this.span / Math.max(1, Math.min(this.stage.clientWidth, this.stage.clientHeight));
  }

  private at([easting, northing]: [number, number]): [number, number] {
    const { clientWidth: width, clientHeight: height } = this.stage;
    return [width / 2 + (easting - this.centre[0]) / this.scale, height / 2 - (northing - this.centre[1]) / this.scale];
  }

  private turned([x, y]: [number, number]): [number, number] {
    const angle = (this.picture.rotation * Math.PI) / 180;
    const [east, north] = this.picture.origin;
    return [east + x * Math.cos(angle) - y * Math.sin(angle), north + x * Math.sin(angle) + y * Math.cos(angle)];
  }

  private typed(): void {
    const system = document.querySelector<HTMLSelectElement>('[data-place="crs"]');
    const [east, north, turn] = ["easting", "northing", "rotation"].map((name) => Number(this.input(name)?.value));
    if ((system && system.value !== this.picture.crs) || !east || !north || !Number.isFinite(turn)) return;
    this.picture.origin = [east, north];
    this.picture.rotation = turn!;
    this.all();
  }

  /** What the map says goes into the form; the map speaks in the grid's own system. */
  private tell(): void {
    const system = document.querySelector<HTMLSelectElement>('[data-place="crs"]');
    const source = document.querySelector<HTMLSelectElement>('[data-place="source"]');
    if (system) system.value = this.picture.crs;
    if (source) source.value = "map";
    const [east, north] = this.picture.origin;
    const values = { easting: east.toFixed(3), northing: north.toFixed(3), rotation: this.picture.rotation.toFixed(3) };
    for (const [name, value] of Object.entries(values)) {
      const field = this.input(name);
      if (field) field.value = value;
    }
    this.input("easting")?.dispatchEvent(new Event("change", { bubbles: true }));
    this.draw();
  }

  private take(event: PointerEvent): void {
    const kind = (event.target as Element).getAttribute("data-held") as "move" | "turn" | null;
    this.held = {
      kind: this.mayMove && kind ? kind : "pan",
      x: event.clientX,
      y: event.clientY,
      origin: [...this.picture.origin],
      centre: [...this.centre],
    };
    this.svg.setPointerCapture(event.pointerId);
  }

  private drag(event: PointerEvent): void {
    if (!this.held) return;
    const [dx, dy] = [(event.clientX - this.held.x) * this.scale, (event.clientY - this.held.y) * this.scale];
    if (this.held.kind === "pan") {
      this.centre = [this.held.centre[0] - dx, this.held.centre[1] + dy];
      this.draw();
    } else if (this.held.kind === "move") {
      this.picture.origin = [this.held.origin[0] + dx, this.held.origin[1] - dy];
      this.tell();
    } else {
      const box = this.svg.getBoundingClientRect();
      const [x, y] = this.at(this.picture.origin);
      const angle = Math.atan2(y - (event.clientY - box.top), event.clientX - box.left - x);
      this.picture.rotation = Math.round((angle * 1800) / Math.PI) / 10;
      this.tell();
    }
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, [number, number, number]> = {
      ArrowLeft: [-1, 0, 0],
      ArrowRight: [1, 0, 0],
      ArrowUp: [0, 1, 0],
      ArrowDown: [0, -1, 0],
      "[": [0, 0, 1],
      "]": [0, 0, -1],
    };
    const step = steps[event.key];
    if (!step || !this.mayMove) return;
    event.preventDefault();
    const times = event.shiftKey ? 10 : 1;
    this.picture.origin = [this.picture.origin[0] + step[0] * times, this.picture.origin[1] + step[1] * times];
    this.picture.rotation += step[2] * times;
    this.tell();
  }

  private zoom(times: number): void {
    if (!times) return this.all();
    this.span = Math.min(2e5, Math.max(10, this.span / times));
    this.draw();
  }

  /** Everything in the picture, when it is near enough to be looked at together; the own model otherwise. */
  private all(): void {
    const own = this.picture.rings.flat().map((corner) => this.turned(corner));
    const near = this.picture.others
      .flatMap((other) => other.ring)
      .filter((p) => Math.hypot(p[0] - own[0]![0], p[1] - own[0]![1]) < 2000);
    const points = [...own, this.picture.origin, ...near];
    const [east, north] = [points.map((p) => p[0]), points.map((p) => p[1])];
    const [low, high] = [
      [Math.min(...east), Math.min(...north)],
      [Math.max(...east), Math.max(...north)],
    ];
    this.centre = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
    this.span = Math.max(60, 1.4 * Math.max(high[0]! - low[0]!, high[1]! - low[1]!));
    this.draw();
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height) return;
    this.svg.replaceChildren();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.grid(width, height);
    for (const other of this.picture.others) {
      const shape = this.polygon(other.ring, "place-other");
      shape.append(element("title", {}, other.name));
      this.svg.append(shape);
    }
    for (const ring of this.picture.rings) {
      const shape = this.polygon(
        ring.map((corner) => this.turned(corner)),
        this.picture.placed ? "place-own" : "place-own is-loose",
      );
      shape.setAttribute("data-held", "move");
      this.svg.append(shape);
    }
    this.handles();
    this.north(width);
  }

  private grid(width: number, height: number): void {
    const step = niceStep(90 * this.scale);
    const [left, right] = [this.centre[0] - (width / 2) * this.scale, this.centre[0] + (width / 2) * this.scale];
    const [low, high] = [this.centre[1] - (height / 2) * this.scale, this.centre[1] + (height / 2) * this.scale];
    for (let east = Math.ceil(left / step) * step; east < right; east += step) {
      const [x] = this.at([east, low]);
      this.svg.append(element("line", { x1: x, x2: x, y1: 0, y2: height, class: "place-grid" }));
      if (x > 30)
        this.svg.append(element("text", { x: x + 3, y: height - 5, class: "place-tick" }, east.toLocaleString("en-US")));
    }
    for (let north = Math.ceil(low / step) * step; north < high; north += step) {
      const [, y] = this.at([left, north]);
      this.svg.append(element("line", { x1: 0, x2: width, y1: y, y2: y, class: "place-grid" }));
      if (y < height - 24)
        this.svg.append(element("text", { x: 4, y: y - 4, class: "place-tick" }, north.toLocaleString("en-US")));
    }
    this.svg.append(element("rect", { x: 12, y: 14, width: step / this.scale, height: 4, class: "place-bar" }));
    this.svg.append(element("text", { x: 12, y: 34, class: "place-tick" }, `${step.toLocaleString("en-US")} m`));
  }

  private handles(): void {
    const [x, y] = this.at(this.picture.origin);
    const angle = (this.picture.rotation * Math.PI) / 180;
    const [hx, hy] = [x + 64 * Math.cos(angle), y - 64 * Math.sin(angle)];
    this.svg.append(element("line", { x1: x, y1: y, x2: hx, y2: hy, class: "place-axis" }));
    this.svg.append(element("path", { d: `M${x - 6} ${y}H${x + 6}M${x} ${y - 6}V${y + 6}`, class: "place-origin" }));
    if (!this.mayMove) return;
    this.svg.append(element("circle", { cx: hx, cy: hy, r: 22, class: "place-touch", "data-held": "turn" }));
    this.svg.append(element("circle", { cx: hx, cy: hy, r: 7, class: "place-turn", "data-held": "turn" }));
  }

  private north(width: number): void {
    this.svg.append(element("path", { d: `M${width - 22} 34V12l-6 10h12l-6-10`, class: "place-north" }));
    this.svg.append(element("text", { x: width - 22, y: 48, class: "place-tick", "text-anchor": "middle" }, "N"));
  }

  private polygon(ring: [number, number][], name: string): SVGElement {
    const points = ring
      .map((corner) =>
        this.at(corner)
          .map((value) => value.toFixed(1))
          .join(","),
      )
      .join(" ");
    return element("polygon", { points, class: name });
  }
}

/** 1, 2 or 5 times a power of ten, not below ``least``. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least)!;
}

function element(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text) made.textContent = text;
  return made;
}
