#!/usr/bin/env node
/**
 * Turn an IFC file (.ifc or .ifczip, told apart by content) into a fragments file for the model viewer.
 *
 *   node tools/ifc-to-fragments.mjs IN.ifc OUT.frag [--properties]
 *
 * Bodies, GlobalIds, classes, names and the storey tree go in; property sets only with --properties, because the platform
 * serves properties from its own tables. Prints one JSON line on stdout: input_bytes, output_bytes, elements (with a body),
 * categories, storeys, seconds. Anything wrong: one line on stderr, exit status 1, and OUT is left as it was.
 */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { IfcImporter, SingleThreadedFragmentsModel } from "@thatopen/fragments";
import { unzipSync } from "fflate";
import { IFCRELAGGREGATES, IFCRELCONTAINEDINSPATIALSTRUCTURE } from "web-ifc";

const LARGEST_MODEL_BYTES = 2 * 1024 ** 3 - 1;
const HEADER_BYTES = 64 * 1024;
const TRAILER_BYTES = 1024;

class Unreadable extends Error {}

// The importer writes its remarks with console.log; stdout carries the result only.
console.log = console.error;

/**
 * The model as something to read parts of: `read(offset, size)`, `size` and `close()`. A plain file is read from the disk in pieces, so that a large
 * one is never held twice; an ifcZIP is unpacked.
 */
function openModel(path) {
  const { size } = statSync(path);
  if (size === 0) throw new Unreadable("文件是空的（0 字节）");
  const file = openSync(path, "r");
  const fromDisk = (offset, wanted) => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(wanted, size - offset)));
    readSync(file, bytes, 0, bytes.length, offset);
    return bytes;
  };
  const start = fromDisk(0, 2);
  if (start[0] !== 0x50 || start[1] !== 0x4b) return checked({ read: fromDisk, size, close: () => closeSync(file) });
  closeSync(file);
  const text = unpack(readFileSync(path));
  return checked({ read: (offset, wanted) => text.subarray(offset, offset + wanted), size: text.length, close: () => {} });
}

/** A whole STEP file of a schema we know, or a reason why not. */
function checked(model) {
  const head = latin1(model.read(0, HEADER_BYTES));
  if (!head.includes("ISO-10303-21")) throw new Unreadable("不是 IFC 文件：开头没有 ISO-10303-21");
  const end = Math.max(0, model.size - TRAILER_BYTES);
  if (!latin1(model.read(end, TRAILER_BYTES)).includes("END-ISO-10303-21")) {
    throw new Unreadable("模型文件不完整：结尾没有 END-ISO-10303-21，请重新导出或重新上传");
  }
  return withKnownSchema(model, head);
}

function latin1(bytes) {
  return new TextDecoder("latin1").decode(bytes);
}

/** The importer knows IFC2X3, IFC4 and IFC4X3 by these names only; their forerunners and amendments read as them. */
function withKnownSchema(model, head) {
  const found = /FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'/i.exec(head);
  if (!found) throw new Unreadable("模型文件头没有 FILE_SCHEMA，无法判断 IFC 版本");
  const name = found[1].toUpperCase();
  const known = name.startsWith("IFC2X") ? "IFC2X3" : name.startsWith("IFC4X") ? "IFC4X3" : name.startsWith("IFC4") ? "IFC4" : "";
  if (!known) throw new Unreadable(`不认识的 IFC 版本：${found[1]}；可读 IFC2X3、IFC4、IFC4X3`);
  if (known === found[1]) return model;
  const start = found.index + found[0].length - found[1].length - 1;
  if (found[1].length < known.length) {
    const whole = model.read(0, model.size);
    const text = Buffer.concat([whole.subarray(0, start), Buffer.from(known), whole.subarray(start + found[1].length)]);
    return { ...model, size: text.length, read: (offset, wanted) => text.subarray(offset, offset + wanted) };
  }
  // The longer name gives way to the known one and a blank for each letter left over, so that nothing moves.
  const patch = Buffer.from(`${known}'${" ".repeat(found[1].length - known.length)}`);
  const read = (offset, wanted) => {
    const bytes = Buffer.from(model.read(offset, wanted));
    for (let index = 0; index < patch.length; index++) {
      const at = start + index - offset;
      if (at >= 0 && at < bytes.length) bytes[at] = patch[index];
    }
    return bytes;
  };
  return { ...model, read };
}

function unpack(bytes) {
  let tooLarge = 0;
  const fit = (entry) => {
    if (!entry.name.toLowerCase().endsWith(".ifc")) return false;
    if (entry.originalSize > LARGEST_MODEL_BYTES) tooLarge = entry.originalSize;
    return tooLarge === 0;
  };
  let found;
  try {
    found = unzipSync(bytes, { filter: fit });
  } catch {
    throw new Unreadable("ifcZIP 压缩包损坏或不完整，请重新导出或重新上传");
  }
  if (tooLarge) throw new Unreadable(`ifcZIP 解开后有 ${tooLarge} 字节，超过 2 GB`);
  const names = Object.keys(found);
  if (names.length !== 1) throw new Unreadable(`ifcZIP 里应有 1 个 .ifc 文件，现有 ${names.length} 个`);
  return found[names[0]];
}

function makeImporter(withProperties) {
  const importer = new IfcImporter();
  const wasm = dirname(createRequire(import.meta.url).resolve("web-ifc"));
  importer.wasm = { path: `${wasm}/`, absolute: true };
  if (!withProperties) {
    importer.classes.abstract.clear();
    const kept = [IFCRELAGGREGATES, IFCRELCONTAINEDINSPATIALSTRUCTURE].map((type) => [type, importer.relations.get(type)]);
    importer.relations = new Map(kept);
  }
  return importer;
}

/** Read the result back, so that a file that cannot be opened is never handed on. */
function summary(fragments) {
  const model = new SingleThreadedFragmentsModel("check", fragments);
  const withBody = new Set(model.getItemsWithGeometry());
  const categories = {};
  for (const [category, items] of Object.entries(model.getItemsOfCategories([/./]))) {
    const count = items.filter((item) => withBody.has(item)).length;
    if (count > 0) categories[category] = count;
  }
  const storeys = model.getItemsOfCategories([/^IFCBUILDINGSTOREY$/]).IFCBUILDINGSTOREY?.length ?? 0;
  return { elements: withBody.size, categories, storeys };
}

async function convert(input, output, withProperties) {
  const started = performance.now();
  if (!existsSync(input)) throw new Unreadable(`没有这个文件：${input}`);
  const model = openModel(input);
  const fragments = await makeImporter(withProperties).process({ readFromCallback: true, readCallback: model.read });
  model.close();
  const seen = summary(fragments);
  if (seen.elements === 0) throw new Unreadable("模型里没有可显示的实体");
  const draft = `${output}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, fragments);
    renameSync(draft, output);
  } finally {
    rmSync(draft, { force: true });
  }
  const seconds = Math.round(performance.now() - started) / 1000;
  return { input_bytes: statSync(input).size, output_bytes: fragments.length, ...seen, seconds };
}

const [input, output, option] = process.argv.slice(2);
if (!input || !output || (option && option !== "--properties")) {
  console.error("用法：ifc-to-fragments.mjs IN.ifc OUT.frag [--properties]");
  process.exit(1);
}
try {
  const result = await convert(resolve(input), resolve(output), option === "--properties");
  // The reader holds a timer that would keep the process alive.
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
} catch (error) {
  console.error(error instanceof Unreadable ? error.message : `模型转换失败：${error?.message ?? error}`);
  process.exit(1);
}
