// The three runtimes. Each is loaded with its model, and then gives logits: of 64 pixels,
// row by row, in a Float32Array.

const HERE = new URL(".", import.meta.url);
const CHANNELS_LAST = [1, 8, 8, 1];
const CHANNELS_FIRST = [1, 1, 8, 8];

/** A file that the folder of the models lacks. */
export class Missing extends Error {}

/** The server's answer for a file of the models' folder. */
export async function file(name) {
  const answer = await fetch(new URL(`models/${name}`, HERE), { cache: "no-store" });
  if (answer.status === 404) throw new Missing(name);
  if (!answer.ok) throw new Error(`the server answers ${answer.status} for ${name}`);
  return answer;
}

async function bytes(name) {
  return new Uint8Array(await (await file(name)).arrayBuffer());
}

function vendored(name) {
  return new URL(`vendor/${name}`, HERE).href;
}

/** Run a script that is no module. */
function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${address} can't be loaded`));
    document.head.append(element);
  });
}

async function loadTensorFlow() {
  const { weightsManifest } = await (await file("tfjs/model.json")).json();
  for (const { paths } of weightsManifest)
    for (const path of paths) await file(`tfjs/${path}`);
  await script(vendored("tfjs/tf.es2017.min.js"));
  const tf = globalThis.tf;
  // Plain JavaScript, as exact as the others. WebGL may compute with 16 bits.
  await tf.setBackend("cpu");
  const model = await tf.loadLayersModel(new URL("models/tfjs/model.json", HERE).href);
  const predict = (pixels) => {
    const input = tf.tensor(pixels, CHANNELS_LAST);
    const answer = model.predict(input);
    input.dispose();
    return answer;
  };
  return {
    version: tf.version.tfjs,
    logits: (pixels) => tf.tidy(() => predict(pixels).dataSync()),
    predict, // gives a tensor, which the caller has to dispose of
    memory: () => tf.memory(),
  };
}

async function loadOnnxRuntime() {
  const model = await bytes("model.onnx");
  const ort = await import(vendored("onnxruntime-web/ort.wasm.bundle.min.mjs"));
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = {
    wasm: vendored("onnxruntime-web/ort-wasm-simd-threaded.wasm"),
  };
  const session = await ort.InferenceSession.create(model);
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  // PyTorch's export has its channels first. With one channel, the bytes are the same.
  const first = session.inputMetadata[0].shape[1] === 1;
  const shape = first ? CHANNELS_FIRST : CHANNELS_LAST;
  return {
    version: ort.env.versions.web,
    logits: async (pixels) => {
      const answers = await session.run({
        [input]: new ort.Tensor("float32", pixels, shape),
      });
      return answers[output].data;
    },
  };
}

async function loadLiteRt() {
  const content = await bytes("model.tflite");
  const manifest = await (await fetch(vendored("manifest.json"))).json();
  const litert = await import(vendored("litertjs-core/index.js"));
  // Of its builds, the one that needs the least of a browser.
  await litert.loadLiteRt(
    vendored("litertjs-core/wasm/litert_wasm_compat_internal.js"),
  );
  const model = await litert.loadAndCompile(content, { accelerator: "wasm" });
  const [{ shape }] = model.getInputDetails();
  if (shape[0] !== 1)
    throw new Error(
      `LiteRT.js runs batches of a fixed size, and this page batches of 1, but the ` +
        `model's input has the shape ${Array.from(shape).join(" × ")}. Convert it with ` +
        "a batch of 1.",
    );
  return {
    version: manifest["litertjs-core"].version, // the library does not tell it
    logits: async (pixels) => {
      const input = new litert.Tensor(pixels, CHANNELS_LAST);
      const [answer] = await model.run([input]);
      const values = answer.toTypedArray().slice();
      input.delete();
      answer.delete();
      return values;
    },
  };
}

export const RUNTIMES = [
  { name: "TensorFlow.js", path: "tfjs/model.json", load: loadTensorFlow },
  { name: "ONNX Runtime Web", path: "model.onnx", load: loadOnnxRuntime },
  { name: "LiteRT.js", path: "model.tflite", load: loadLiteRt },
];
