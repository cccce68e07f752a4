// The page: loads all that is there, names what is not, and runs the models on digits.

import { Drawing } from "./drawing.js";
import { countTensors } from "./memory.js";
import { argmax, difference, milliseconds } from "./numbers.js";
import { file, Missing, RUNTIMES } from "./runtimes.js";
import { Answers, Line } from "./tables.js";

const AGAIN = "Run the cell of the notebook that writes it, and load this page again.";
const DRAWN = "";

const element = (id) => document.getElementById(id);
const drawing = new Drawing(element("grid"));
const names = RUNTIMES.map((runtime) => runtime.name);
const answers = new Answers(element("answers"), [...names, "expected"]);
const lines = RUNTIMES.map((runtime) => new Line(element("runtimes"), runtime));
let digits = { inputs: [], logits: [] };
let full = 1; // the pixel that full ink stands for

let queue = Promise.resolve();
/** Run one thing after the other, since a runtime answers one call at a time. */
function inTurn(task) {
  queue = queue.then(task).catch((error) => tell(`This page failed: ${error}`));
  return queue;
}

function tell(trouble) {
  element("trouble").textContent = trouble;
  element("trouble").hidden = false;
}

function takeJupytersTheme() {
  try {
    const light = window.parent.document.body.dataset.jpThemeLight;
    if (light)
      document.documentElement.dataset.theme = light === "true" ? "light" : "dark";
  } catch {
    // The frame around this page is of another origin: the system's theme stays.
  }
}

function report(error, path) {
  if (error instanceof Missing)
    return ["missing", `${error.message} is not in the folder. ${AGAIN}`];
  const said = error.message ?? error;
  return ["failed", `${path} can't be used here, because: ${said} ${AGAIN}`];
}

async function loadDigits() {
  try {
    const { inputs, logits } = await (await file("digits.json")).json();
    full = Math.max(...inputs.flat());
    digits = { inputs, logits };
  } catch (error) {
    const [, sentence] = report(error, "digits.json");
    tell(`${sentence} Until then nothing can be compared, and full ink counts as 1.`);
  }
  for (const index of digits.inputs.keys())
    element("stored").append(new Option(`stored digit ${index + 1}`, index));
}

async function loadRuntime(runtime, line) {
  try {
    const loaded = await runtime.load();
    // A runtime may load, and yet not run this model.
    await loaded.logits(new Float32Array(64));
    line.ready(loaded.version);
    return loaded;
  } catch (error) {
    line.trouble(...report(error, runtime.path));
    return null;
  }
}

function pixels() {
  const stored = element("stored").value;
  return stored === DRAWN
    ? drawing.ink.map((ink) => ink * full)
    : Float32Array.from(digits.inputs[stored]);
}

async function classify(loaded) {
  const stored = element("stored").value;
  const input = pixels();
  const blank = input.every((pixel) => pixel === 0);
  const said = [];
  for (const [index, runtime] of loaded.entries()) {
    const logits = runtime && !blank ? await runtime.logits(input) : null;
    answers.show(index, logits);
    if (logits) said.push(`${names[index]}: ${argmax(Array.from(logits))}`);
  }
  answers.show(names.length, digits.logits[stored]);
  const otherwise = loaded.some(Boolean)
    ? "Draw a digit, or take a stored one."
    : "None of the three runtimes can be used. The table of the runtimes tells why.";
  element("news").textContent = said.join(", ") || otherwise;
}

async function compare(loaded) {
  for (const [index, runtime] of loaded.entries()) {
    if (!runtime || !digits.inputs.length) continue;
    const given = [];
    for (const input of digits.inputs)
      given.push(...(await runtime.logits(Float32Array.from(input))));
    lines[index].difference(difference(given, digits.logits.flat()));
  }
  if (digits.inputs.length)
    element("compared").textContent =
      `Differences are the largest over ${digits.inputs.length} stored digits, divided ` +
      "by the largest expected logit.";
}

async function measure(loaded) {
  const times = [];
  for (const runtime of loaded)
    times.push(runtime && (await milliseconds(() => runtime.logits(pixels()))));
  const shortest = Math.min(...times.filter(Boolean));
  for (const [index, time] of times.entries())
    if (time) lines[index].time(time / shortest);
}

function connect(loaded) {
  drawing.addEventListener("drawn", () => {
    element("stored").value = DRAWN;
    inTurn(() => classify(loaded));
  });
  element("stored").onchange = ({ target }) => {
    const stored = target.value === DRAWN ? [] : digits.inputs[target.value];
    drawing.show(Array.from({ length: 64 }, (_, i) => (stored[i] ?? 0) / full));
    inTurn(() => classify(loaded));
  };
  element("clear").onclick = () => {
    element("stored").value = DRAWN;
    drawing.show(new Float32Array(64));
    inTurn(() => classify(loaded));
  };
  element("measure").onclick = () => inTurn(() => measure(loaded));
  element("measure").disabled = !loaded.some(Boolean);
}

takeJupytersTheme();
await loadDigits();
const loaded = await Promise.all(RUNTIMES.map((r, i) => loadRuntime(r, lines[i])));
if (loaded[0]) {
  const ids = ["dispose", "forget", "tensors", "predicted"];
  const elements = Object.fromEntries(ids.map((id) => [id, element(id)]));
  countTensors(loaded[0], elements, pixels);
}
connect(loaded);
inTurn(() => compare(loaded));
inTurn(() => measure(loaded));
await inTurn(() => classify(loaded));
document.body.dataset.state = "ready";
