/** The landmarker's own Emscripten glue; the package ships no types for it. */
declare module '@mediapipe/tasks-vision/vision_wasm_module_internal.js' {
  const factory: (module?: object) => Promise<unknown>;
  export default factory;
}
