declare module "gpu.js/dist/gpu-browser.min.js" {
  const GPU: import("./gpu-js.js").GpuJs;
  export = GPU;
}
