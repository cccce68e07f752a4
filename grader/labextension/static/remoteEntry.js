// What JupyterLab loads: a federated module written by hand, so that installing
// needs no build. Lab serves these files to be checked for changes at each load.
(() => {
  // One file per part. Its default export makes plugins of Lab's own packages.
  const parts = ["columns.js", "panel.js", "pictures.js"];
  const address = document.currentScript.src;
  let packages;

  /** Lab's own instance of a package, such as "@jupyterlab/notebook". */
  async function shared(name) {
    const [offer] = Object.values(packages[name]);
    return (await offer.get())();
  }

  /** The plugins of all parts; one that can't be loaded leaves out only itself. */
  async function extension() {
    const loaded = await Promise.allSettled(
      parts.map(async (part) => (await import(new URL(part, address))).default(shared)),
    );
    for (const { reason } of loaded) if (reason) console.error("Tandem:", reason);
    return { default: loaded.flatMap(({ value }) => value ?? []), __esModule: true };
  }

  async function style() {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("style.css", address);
    document.head.append(link);
    return {};
  }

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["tandem-course"] = {
    init: (scope) => {
      packages = scope;
    },
    get: async (name) => {
      const module = await { "./extension": extension, "./style": style }[name]();
      return () => module;
    },
  };
})();
