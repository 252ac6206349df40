/** A view as the BCF-API 3.0 describes it: metres, IFC axes. Pure: turns it from and into what the scene needs. */
import { Plane, Vector3 } from "three";
import { fromIfc, toIfc } from "./placement.ts";

interface Xyz {
  x: number;
  y: number;
  z: number;
}

export interface Component {
  ifc_guid: string;
}

export interface Viewpoint {
  guid?: string;
  title?: string;
  perspective_camera?: {
    camera_view_point: Xyz;
    camera_direction: Xyz;
    camera_up_vector: Xyz;
    field_of_view: number;
    aspect_ratio?: number;
  };
  orthogonal_camera?: {
    camera_view_point: Xyz;
    camera_direction: Xyz;
    camera_up_vector: Xyz;
    view_to_world_scale: number;
    aspect_ratio?: number;
  };
  clipping_planes?: { location: Xyz; direction: Xyz }[];
  components?: {
    selection?: Component[];
    coloring?: { color: string; components: Component[] }[];
    visibility: { default_visibility?: boolean; exceptions?: Component[]; view_setup_hints?: Record<string, boolean> };
  };
  snapshot?: { snapshot_type: "png" | "jpg"; snapshot_data: string };
}

/** A camera in scene coordinates; `fov` is the vertical angle in degrees. */
export interface Pose {
  eye: Vector3;
  direction: Vector3;
  fov: number;
}

const ORIGIN = new Vector3();
const xyz = (point: Vector3, offset = ORIGIN): Xyz => {
  const [x, y, z] = toIfc(point, offset);
  return { x: round(x), y: round(y), z: round(z) };
};
const scene = ({ x, y, z }: Xyz, offset = ORIGIN): Vector3 => fromIfc([x, y, z], offset);
const round = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;

/** Camera as BCF has it. `offset` moves IFC metres to the scene. */
export function cameraOut(pose: Pose, aspect: number, offset: Vector3): NonNullable<Viewpoint["perspective_camera"]> {
  const direction = pose.direction.clone().normalize();
  const right = new Vector3().crossVectors(direction, new Vector3(0, 1, 0));
  const up = right.lengthSq() < 1e-9 ? new Vector3(0, 0, -1) : new Vector3().crossVectors(right, direction).normalize();
  return {
    camera_view_point: xyz(pose.eye, offset),
    camera_direction: xyz(direction),
    camera_up_vector: xyz(up),
    field_of_view: pose.fov,
    aspect_ratio: round(aspect),
  };
}

/** Where to stand for a viewpoint; a parallel view becomes the perspective one that shows the same height. Null without a camera. */
export function cameraIn(viewpoint: Viewpoint, offset: Vector3, fov: number): Pose | null {
  const { perspective_camera: near, orthogonal_camera: flat } = viewpoint;
  if (near) {
    return {
      eye: scene(near.camera_view_point, offset),
      direction: scene(near.camera_direction).normalize(),
      fov: near.field_of_view,
    };
  }
  if (!flat) return null;
  const direction = scene(flat.camera_direction).normalize();
  const distance = flat.view_to_world_scale / 2 / Math.tan((fov * Math.PI) / 360);
  return { eye: scene(flat.camera_view_point, offset).addScaledVector(direction, -distance), direction, fov };
}

/** BCF's direction points to what is cut away; a scene plane keeps what lies on its positive side. */
export function planesOut(planes: Plane[], offset: Vector3): NonNullable<Viewpoint["clipping_planes"]> {
  return planes.map((plane) => ({
    location: xyz(plane.coplanarPoint(new Vector3()), offset),
    direction: xyz(plane.normal.clone().negate()),
  }));
}

export function planesIn(viewpoint: Viewpoint, offset: Vector3): Plane[] {
  return (viewpoint.clipping_planes ?? []).map(({ location, direction }) => {
    const normal = scene(direction).normalize().negate();
    return new Plane().setFromNormalAndCoplanarPoint(normal, scene(location, offset));
  });
}

/** What is to be seen: the named ones alone, or all but the named ones; null when nothing is said. */
export function visibilityIn(viewpoint: Viewpoint): { only: string[] } | { hidden: string[] } | null {
  const visibility = viewpoint.components?.visibility;
  if (!visibility) return null;
  const named = (visibility.exceptions ?? []).map(({ ifc_guid }) => ifc_guid);
  // BCF: without the word, the default is that nothing is visible but the exceptions.
  return (visibility.default_visibility ?? false) ? { hidden: named } : { only: named };
}

/** The shorter of the two ways to say which elements are seen. */
export function visibilityOut(
  shown: string[],
  hidden: string[],
  spacesVisible: boolean,
): NonNullable<Viewpoint["components"]>["visibility"] {
  const view_setup_hints = { spaces_visible: spacesVisible, space_boundaries_visible: false, openings_visible: false };
  const guids = (ids: string[]): Component[] => ids.map((ifc_guid) => ({ ifc_guid }));
  return hidden.length <= shown.length
    ? { default_visibility: true, exceptions: guids(hidden), view_setup_hints }
    : { default_visibility: false, exceptions: guids(shown), view_setup_hints };
}
