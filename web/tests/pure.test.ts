/** The viewer's arithmetic, without a browser: `npm run test`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Plane, Vector3 } from "three";
import { cluster } from "../src/viewer/cluster.ts";
import { angle, area, distance } from "../src/viewer/measuring.ts";
import { Pace } from "../src/viewer/pace.ts";
import { groupColour, MOST_GROUPS, OTHERS, rampColour } from "../src/viewer/palette.ts";
import { fromIfc, sceneMatrix, toIfc, toMap } from "../src/viewer/placement.ts";
import { mergedStoreys } from "../src/viewer/storeys.ts";
import { cameraIn, cameraOut, planesIn, planesOut, visibilityIn, visibilityOut } from "../src/viewer/viewpoint.ts";

const near = (actual: Vector3, expected: [number, number, number], within = 1e-6): void => {
  const given = actual.toArray();
  expected.forEach((value, index) =>
    assert.ok(Math.abs(given[index]! - value) < within, `${given.join()} is not ${expected.join()}`),
  );
};

test("a map conversion turns, scales and moves model metres", () => {
  const placement = { eastings: 500_000, northings: 3_400_000, height: 4.5, axisX: 0, axisY: 1, scale: 2 };
  near(new Vector3(3, 1, 2).applyMatrix4(toMap(placement)), [499_998, 3_400_006, 8.5]);
});

test("two disciplines with their own origins meet on the map", () => {
  const base = {
    placement: { eastings: 1000, northings: 2000, height: 5, axisX: 1, axisY: 0, scale: 1 },
    offset: new Vector3(10, 20, 30),
  };
  const turned = {
    placement: { eastings: 1040, northings: 2000, height: 3, axisX: 0, axisY: 1, scale: 1 },
    offset: new Vector3(-7, 0, 4),
  };
  const matrix = sceneMatrix(base, turned);
  // (2, 1, 6) of the turned model lies at map (1039, 2002, 9), which is (39, 2, 4) of the base model.
  const own = fromIfc([2, 1, 6], turned.offset);
  near(own.applyMatrix4(matrix), fromIfc([39, 2, 4], base.offset).toArray() as [number, number, number]);
});

test("without a placement on either side the origins agree", () => {
  const placed = {
    placement: { eastings: 9, northings: 9, height: 9, axisX: 1, axisY: 0, scale: 1 },
    offset: new Vector3(1, 2, 3),
  };
  const bare = { placement: null, offset: new Vector3(5, 5, 5) };
  const at = fromIfc([1, 2, 3], bare.offset).applyMatrix4(sceneMatrix(placed, bare));
  near(at, fromIfc([1, 2, 3], placed.offset).toArray() as [number, number, number]);
});

test("a point goes to the scene and back", () => {
  const offset = new Vector3(-100, 7, 3.25);
  const [x, y, z] = toIfc(fromIfc([1.5, -2, 30], offset), offset);
  assert.deepEqual([x, y, z], [1.5, -2, 30]);
});

test("a camera survives BCF's axes, looking straight down too", () => {
  const offset = new Vector3(4, 5, 6);
  const pose = { eye: new Vector3(10, 12, -3), direction: new Vector3(0, -1, 0), fov: 45 };
  const camera = cameraOut(pose, 1.6, offset);
  assert.deepEqual(camera.camera_view_point, { x: 6, y: 9, z: 7 });
  assert.deepEqual(camera.camera_direction, { x: 0, y: 0, z: -1 });
  assert.deepEqual(camera.camera_up_vector, { x: 0, y: 1, z: 0 });
  const back = cameraIn({ perspective_camera: camera }, offset, 60)!;
  near(back.eye, [10, 12, -3]);
  near(back.direction, [0, -1, 0]);
  assert.equal(back.fov, 45);
});

test("a parallel view becomes one that shows the same height", () => {
  const flat = {
    camera_view_point: { x: 0, y: 0, z: 0 },
    camera_direction: { x: 1, y: 0, z: 0 },
    camera_up_vector: { x: 0, y: 0, z: 1 },
    view_to_world_scale: 20,
  };
  near(cameraIn({ orthogonal_camera: flat }, new Vector3(), 90)!.eye, [-10, 0, 0]);
  assert.equal(cameraIn({}, new Vector3(), 90), null);
});

test("clipping planes keep the same side", () => {
  const offset = new Vector3(0, 100, 0);
  const plane = new Plane(new Vector3(0, -1, 0), 103); // keeps what is below 3 m of the model
  const [out] = planesOut([plane], offset);
  assert.deepEqual(out, { location: { x: 0, y: 0, z: 3 }, direction: { x: 0, y: 0, z: 1 } });
  const [back] = planesIn({ clipping_planes: [out!] }, offset);
  assert.ok(back!.distanceToPoint(new Vector3(0, 102, 0)) > 0);
  assert.ok(back!.distanceToPoint(new Vector3(0, 104, 0)) < 0);
});

test("visibility is said the shorter way and read both ways", () => {
  const many = visibilityOut(["a", "b", "c"], ["d"], false);
  assert.deepEqual([many.default_visibility, many.exceptions], [true, [{ ifc_guid: "d" }]]);
  const few = visibilityOut(["a"], ["b", "c"], true);
  assert.deepEqual([few.default_visibility, few.exceptions], [false, [{ ifc_guid: "a" }]]);
  assert.equal(few.view_setup_hints?.spaces_visible, true);
  assert.deepEqual(visibilityIn({ components: { visibility: many } }), { hidden: ["d"] });
  assert.deepEqual(visibilityIn({ components: { visibility: few } }), { only: ["a"] });
  assert.equal(visibilityIn({}), null);
});

test("distance, angle and area", () => {
  assert.deepEqual(distance(new Vector3(0, 0, 0), new Vector3(3, 12, 4)), { length: 13, flat: 5, rise: 12 });
  assert.equal(Math.round(angle(new Vector3(1, 0, 0), new Vector3(), new Vector3(0, 0, 5)) * 1e6) / 1e6, 90);
  assert.equal(angle(new Vector3(), new Vector3(), new Vector3(1, 0, 0)), 0);
  const roof = [new Vector3(0, 0, 0), new Vector3(4, 0, 0), new Vector3(4, 3, 4), new Vector3(0, 3, 4)];
  assert.deepEqual(area(roof), { area: 20, plan: 16, perimeter: 18 });
  const notched = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 1],
    [0, 4],
  ].map(([x, z]) => new Vector3(x, 0, z));
  assert.equal(area(notched).plan, 10);
  assert.equal(area(roof.slice(0, 2)).area, 0);
});

test("pins that would cover one another become one", () => {
  const spots = [
    { x: 10, y: 10, item: "a" },
    { x: 14, y: 12, item: "b" },
    { x: 300, y: 40, item: "c" },
  ];
  const found = cluster(spots, 44);
  assert.deepEqual(
    found.map(({ x, y, items }) => [x, y, items.join("")]),
    [
      [12, 11, "ab"],
      [300, 40, "c"],
    ],
  );
  const across = cluster(
    [
      { x: 43, y: 10, item: 1 },
      { x: 46, y: 10, item: 2 },
    ],
    44,
  );
  assert.equal(across.length, 1);
});

test("ten thousand pins become few", () => {
  const spots = Array.from({ length: 10_000 }, (_, index) => ({ x: (index * 37) % 1400, y: (index * 91) % 900, item: index }));
  const found = cluster(spots, 44);
  assert.ok(found.length < 700, String(found.length));
  assert.equal(
    found.reduce((sum, { items }) => sum + items.length, 0),
    10_000,
  );
});

test("storeys at one height become one, named by the first model", () => {
  const architecture = [
    { id: "a1", name: "1F", elevation: 0, elements: ["x"] },
    { id: "a2", name: "2F", elevation: 3, elements: ["y"] },
  ];
  const structure = [
    { id: "s1", name: "S1", elevation: -0.05, elements: ["z"] },
    { id: "s0", name: "基础", elevation: -2, elements: ["w"] },
  ];
  const merged = mergedStoreys([
    { storeys: architecture, height: (elevation) => elevation },
    { storeys: structure, height: (elevation) => elevation + 0.02 },
  ]);
  assert.deepEqual(
    merged.map(({ name, elevation, elements }) => [name, elevation, elements.join()]),
    [
      ["1F", 0, "x,z"],
      ["2F", 3, "y"],
      ["基础", -1.98, "w"],
    ],
  );
});

test("two storeys of one model are never joined", () => {
  const close = [
    { id: "1", name: "结构 1F", elevation: 0, elements: ["x"] },
    { id: "2", name: "建筑 1F", elevation: 0.05, elements: ["y"] },
  ];
  assert.equal(mergedStoreys([{ storeys: close, height: (elevation) => elevation }]).length, 2);
});

test("a slow picture gets coarser step by step and sharp again when it runs", () => {
  const pace = new Pace();
  const slow = Array.from({ length: 8 }, () => pace.moved(80));
  assert.deepEqual(slow, [1, 1, 1, 0.75, 0.75, 0.75, 0.75, 0.5]);
  const quick = Array.from({ length: 20 }, () => pace.moved(10));
  assert.equal(quick.at(-1), 0.75);
});

test("colours differ up to the limit, then are shared", () => {
  const own = new Set(Array.from({ length: MOST_GROUPS }, (_, index) => groupColour(index)));
  assert.equal(own.size, MOST_GROUPS);
  assert.equal(groupColour(MOST_GROUPS), OTHERS);
  assert.notEqual(rampColour(0, 5), rampColour(4, 5));
});
