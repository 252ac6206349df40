import { t } from "../text";
import { csrfToken } from "./session";

/** A large file sent in pieces: it goes on after a lost connection by itself, and after a reload when the same file is chosen again. */
export interface Sending {
  signal: AbortSignal;
  /** Bytes the server has on disk; `waiting` seconds until the next try, 0 while it runs. */
  progress(sent: number, waiting: number): void;
}

/** Why it ended: the server's words, or that the session is over. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly signedOut = false,
  ) {
    super(message);
  }
}

const EDGE_BYTES = 65_536;
const MOST_TRIES = 12;
const LONGEST_WAIT_S = 30;

/** Files at least this large go in pieces; smaller ones travel with their form. */
export const PIECES_FROM_BYTES = 8 * 1024 * 1024;

/** Sends a file and returns its upload's id. Raises Refused, or AbortError when the reader gave up. */
export async function sendInPieces(file: File, sending: Sending): Promise<string> {
  let { id, offset, piece } = await begin(file, sending.signal);
  let failed = 0;
  sending.progress(offset, 0);
  while (offset < file.size) {
    const part = await file.slice(offset, offset + piece).arrayBuffer();
    const answer = await put(id, part, offset, sending.signal);
    if (answer?.status === 204 || answer?.status === 409) {
      const reached = Number(answer.headers.get("Upload-Offset"));
      failed = reached > offset ? 0 : failed + 1;
      offset = reached;
      sending.progress(offset, 0);
    } else if (answer?.status === 404) {
      failed += 1;
      ({ id, offset, piece } = await begin(file, sending.signal));
    } else if (answer && answer.status !== 422 && answer.status < 500) throw await refusal(answer);
    else failed += 1;
    if (failed >= MOST_TRIES)
      throw new Refused(t("多次没有传成，已传 {percent}%。再点一次从这里继续。", { percent: percent(offset, file) }));
    if (failed > 0) await pause(Math.min(2 ** (failed - 1), LONGEST_WAIT_S), offset, sending);
  }
  return id;
}

function percent(offset: number, file: File): number {
  return Math.floor((offset / file.size) * 100);
}

async function begin(file: File, signal: AbortSignal): Promise<{ id: string; offset: number; piece: number }> {
  const body = JSON.stringify({ name: file.name, size: file.size, fingerprint: await fingerprint(file) });
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() };
  let answer: Response;
  try {
    answer = await fetch(document.body.dataset.uploadsUrl!, { method: "POST", body, headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Refused(t("网络断开，没有提交。接通后再试一次。"));
  }
  if (answer.status !== 201) throw await refusal(answer);
  return answer.json();
}

/** The server's answer to a piece; null without one. */
async function put(id: string, part: ArrayBuffer, offset: number, signal: AbortSignal): Promise<Response | null> {
  const headers = {
    "Content-Type": "application/octet-stream",
    Accept: "application/json",
    "Upload-Offset": String(offset),
    "Upload-Checksum": crc32(new Uint8Array(part)).toString(16),
    "X-CSRFToken": csrfToken(),
  };
  try {
    return await fetch(`${document.body.dataset.uploadsUrl}${id}/`, { method: "PUT", body: part, headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

async function refusal(answer: Response): Promise<Refused> {
  if (answer.status === 401) return new Refused(t("登录已过期"), true);
  const words = await answer.text();
  try {
    const problem = JSON.parse(words) as { detail?: string; title?: string };
    return new Refused(problem.detail ?? problem.title ?? t("服务器没有办成这件事，数据没有改动。"));
  } catch {
    return new Refused(t("服务器没有办成这件事，数据没有改动。"));
  }
}

async function pause(seconds: number, offset: number, sending: Sending): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    sending.progress(offset, left);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    sending.signal.throwIfAborted();
  }
  sending.progress(offset, 0);
}

/** The same for the same file after a reload, another one for a changed file of the same name and size. */
async function fingerprint(file: File): Promise<string> {
  const edges = [file.slice(0, EDGE_BYTES), file.slice(Math.max(0, file.size - EDGE_BYTES))];
  const sums = await Promise.all(edges.map(async (edge) => crc32(new Uint8Array(await edge.arrayBuffer())).toString(16)));
  return [file.lastModified, ...sums].join("-");
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as zlib has it; works without a secure context, which crypto.subtle needs. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
