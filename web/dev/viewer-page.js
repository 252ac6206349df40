// Fills the trial page from /models/NAME.json (written by dev/harness.py), then starts the real viewer.
const name = new URLSearchParams(location.search).get("model") ?? "office_a";
const findings = await (await fetch(`/models/${name}.findings.json`)).json();
const stage = document.getElementById("stage");
stage.dataset.hezhuViewer = "";
stage.dataset.modelUrl = `/models/${name}.frag`;
stage.dataset.elementsUrl = `/models/${name}.json`;
stage.dataset.propertiesUrlTemplate = "/models/properties.json?id={globalId}";
const words = { fail: "不符合", manual: "需人工", pass: "符合", na: "不适用" };
document.getElementById("count").textContent = findings.length;
for (const [index, finding] of findings.entries()) {
  const row = document.createElement("a");
  row.className = "finding";
  row.href = "#";
  row.dataset.globalId = finding.global_id;
  row.dataset.verdict = finding.verdict;
  row.dataset.label = `${finding.title}\n${finding.text}`;
  if (finding.shape) row.dataset.shape = JSON.stringify(finding.shape);
  row.innerHTML = `<span class="k num">${index + 1}</span><div class="grow"><div class="strong"></div><div class="small sub"><span class="clause">GB 55037-2022　7.1.4</span>　<span class="unproved">条文待核</span></div></div><div class="val"><span class="seal is-${finding.verdict}"><svg><use href="/dist/hezhu/icons.svg#seal-${finding.verdict}"></use></svg>${words[finding.verdict]}</span></div>`;
  row.querySelector(".strong").textContent = finding.title;
  document.getElementById("list").append(row);
}
await import("/dist/hezhu/viewer.js");
