/**
 * Build dist/hezhu/icons.svg, one sprite: the house marks (src/marks.svg) and the Tabler icons that icons.txt names.
 * Strokes take the colour and stroke width of the element that uses them.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const marks = readFileSync(new URL("src/marks.svg", root), "utf8");
const symbols = [...marks.matchAll(/<symbol[\s\S]*?<\/symbol>/g)].map((match) => match[0]);

const names = readFileSync(new URL("icons.txt", root), "utf8")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line && !line.startsWith("#"));

for (const name of names) {
  const [icon, form = "outline"] = name.split("@");
  const source = new URL(`node_modules/@tabler/icons/icons/${form}/${icon}.svg`, root);
  if (!existsSync(source)) {
    console.error(`icons.txt: no ${form} icon named "${icon}" in @tabler/icons`);
    process.exit(1);
  }
  const body = readFileSync(source, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s*\n\s*/g, "");
  const paint =
    form === "filled"
      ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  symbols.push(`<symbol id="${icon}${form === "filled" ? "-filled" : ""}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`);
}

writeFileSync(new URL("dist/hezhu/icons.svg", root), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
console.log(`icons.svg: ${symbols.length} symbols`);
