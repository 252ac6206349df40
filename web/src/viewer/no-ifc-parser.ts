/** Stands in for web-ifc in the browser bundle: the viewer opens converted models and never parses IFC. */
export {};
