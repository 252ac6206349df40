// The peer: web-ifc reads the IFC file itself in the browser, three.js draws it; equal bodies are shared as instances.
import * as THREE from "three";
import { IfcAPI } from "web-ifc";

const started = performance.now();
const api = new IfcAPI();
api.SetWasmPath("/web/node_modules/web-ifc/", true);
await api.Init(undefined, true);
const bytes = new Uint8Array(await (await fetch(`/models/${new URLSearchParams(location.search).get("model")}.ifc`)).arrayBuffer());
const model = api.OpenModel(bytes, { COORDINATE_TO_ORIGIN: true });

const bodies = new Map(); // body and colour → geometry, material and the places where it stands
api.StreamAllMeshes(model, (mesh) => {
  for (let index = 0; index < mesh.geometries.size(); index++) {
    const placed = mesh.geometries.get(index);
    const { x, y, z, w } = placed.color;
    const key = `${placed.geometryExpressID}:${x},${y},${z},${w}`;
    let body = bodies.get(key);
    if (!body) {
      const source = api.GetGeometry(model, placed.geometryExpressID);
      const vertices = api.GetVertexArray(source.GetVertexData(), source.GetVertexDataSize());
      const indices = api.GetIndexArray(source.GetIndexData(), source.GetIndexDataSize());
      const geometry = new THREE.BufferGeometry();
      const interleaved = new THREE.InterleavedBuffer(vertices, 6);
      geometry.setAttribute("position", new THREE.InterleavedBufferAttribute(interleaved, 3, 0));
      geometry.setAttribute("normal", new THREE.InterleavedBufferAttribute(interleaved, 3, 3));
      geometry.setIndex(new THREE.BufferAttribute(indices, 1));
      const material = new THREE.MeshLambertMaterial({ color: new THREE.Color(x, y, z), opacity: w, transparent: w < 1, side: THREE.DoubleSide });
      body = { geometry, material, places: [] };
      bodies.set(key, body);
      source.delete();
    }
    body.places.push(new THREE.Matrix4().fromArray(placed.flatTransformation));
  }
});
api.CloseModel(model);

const scene = new THREE.Scene();
scene.background = new THREE.Color(0xf3f6f6);
scene.add(new THREE.AmbientLight(0xffffff, 2.2), new THREE.DirectionalLight(0xffffff, 1.1));
const box = new THREE.Box3();
for (const { geometry, material, places } of bodies.values()) {
  const mesh = new THREE.InstancedMesh(geometry, material, places.length);
  places.forEach((place, index) => mesh.setMatrixAt(index, place));
  mesh.computeBoundingBox();
  box.union(mesh.boundingBox);
  scene.add(mesh);
}
const renderer = new THREE.WebGLRenderer({ canvas: document.getElementById("canvas"), antialias: true });
renderer.setSize(innerWidth, innerHeight, false);
const camera = new THREE.PerspectiveCamera(45, innerWidth / innerHeight, 0.1, 5000);
const sphere = box.getBoundingSphere(new THREE.Sphere());
camera.position.copy(sphere.center).add(new THREE.Vector3(0.6, 0.6, 0.8).multiplyScalar(sphere.radius * 1.6));
camera.lookAt(sphere.center);
renderer.render(scene, camera);
document.body.dataset.bodies = String(bodies.size);
requestAnimationFrame(() => (document.body.dataset.picture = String(Math.round(performance.now() - started))));
