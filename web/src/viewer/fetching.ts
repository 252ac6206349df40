import type { Elements, ModelSource } from "./contract";

/** The server did not give a file. */
export class FetchFailed extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** Read JSON. Throws FetchFailed. */
export async function fetchJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new FetchFailed(answer.status);
  return (await answer.json()) as T;
}

/** Read a file with word of how far it is (0 to 100, null while its size is not known). Throws FetchFailed. */
export async function fetchBytes(url: string, tell: (percent: number | null) => unknown): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) throw new FetchFailed(answer.status);
  const total = Number(answer.headers.get("Content-Length") ?? 0);
  const chunks: Uint8Array[] = [];
  let got = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    got += value.length;
    tell(total > got ? Math.floor((got / total) * 100) : null);
  }
  const bytes = new Uint8Array(got);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Storeys and verdicts; without them the model still shows. */
export async function fetchElements(url: string | undefined): Promise<Elements> {
  if (!url) return { storeys: [] };
  try {
    return await fetchJson<Elements>(url);
  } catch {
    return { storeys: [] };
  }
}

/** The models of the page: those of data-models-url, else the one of data-model-url. */
export async function modelsOf(data: DOMStringMap): Promise<ModelSource[]> {
  if (data.modelsUrl) return fetchJson<ModelSource[]>(data.modelsUrl);
  if (!data.modelUrl) return [];
  const { modelUrl, elementsUrl, propertiesUrlTemplate, queryUrl, pinsUrl } = data;
  return [
    { id: "model", label: "", discipline: "", version: "", modelUrl, elementsUrl, propertiesUrlTemplate, queryUrl, pinsUrl },
  ];
}
