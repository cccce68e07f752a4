// A picture's text alternative. Lab shows PNG images without the words that the output's
// metadata has for them.

const PNG = "image/png";

export default async function plugins(shared) {
  const { IRenderMimeRegistry, RenderedImage } = await shared("@jupyterlab/rendermime");

  class DescribedImage extends RenderedImage {
    async renderModel(model) {
      await super.renderModel(model);
      const words = model.metadata[PNG]?.alt;
      const image = this.node.querySelector("img");
      if (typeof words === "string" && image) image.alt = words;
    }
  }

  const pictures = {
    id: "tandem-course:pictures",
    description: "Gives pictures their text alternatives.",
    autoStart: true,
    requires: [IRenderMimeRegistry],
    activate: (_, rendermime) =>
      // In place of Lab's own for this type of image, at the rank that it has.
      rendermime.addFactory(
        {
          safe: true,
          mimeTypes: [PNG],
          createRenderer: (options) => new DescribedImage(options),
        },
        90,
      ),
  };
  return [pictures];
}
