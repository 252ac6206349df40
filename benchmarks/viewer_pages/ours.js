// The product's viewer on a converted model; it tells by itself when the first picture stands.
const stage = document.getElementById("stage");
stage.style.height = "100vh";
stage.dataset.hezhuViewer = "";
stage.dataset.modelUrl = `/models/${new URLSearchParams(location.search).get("model")}.frag`;
const started = performance.now();
stage.addEventListener("hezhu:ready", () => (document.body.dataset.picture = String(Math.round(performance.now() - started))));
await import("/web/dist/hezhu/viewer.js");
