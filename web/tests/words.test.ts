/** Every Chinese sentence that the scripts put on a page has an English one. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { VIEWER_ENGLISH } from "../src/viewer/words.ts";

const SOURCE = new URL("../src/", import.meta.url);
const GENERAL = readFileSync(new URL("text.ts", SOURCE), "utf8");

test("no Chinese without English", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  const scripts = files.filter((name) => name.endsWith(".ts") && !/(text|words)\.ts$/.test(name));
  assert.ok(scripts.length > 40);
  const missing = new Set<string>();
  for (const name of scripts) {
    const code = readFileSync(new URL(name, SOURCE), "utf8");
    for (const [, words] of code.matchAll(/"([^"\n]*[\u4e00-\u9fff][^"\n]*)"/g)) {
      if (words && !(words in VIEWER_ENGLISH) && !GENERAL.includes(words)) missing.add(words);
    }
  }
  assert.deepEqual([...missing], []);
});
