"use strict";

// Everything runs in this page: the model and its runtime are files beside it, and no picture leaves the device.
const about = JSON.parse(document.getElementById("about").textContent);
const part = (name) => document.getElementById(name);
const SHOWN = 5; // classes with bars
const MOST_RESULTS = 100; // kept on the page
const LARGEST_SHOWN = 320; // pixels of a picture on the page
const MOST_PIXELS = 16_777_216; // of a canvas on phones
const LARGEST_SIDE = 8192;
const NOT_FOR_BROWSERS = /\.(heic|heif|tiff?|svg|psd|jp2|jxl|dng|cr[23]|nef|arw|raw)$/i;
const JPEG_SCALES = [8, 4, 2];

let session;
let Tensor;
let queue = Promise.resolve();

function say(problem) {
  part("problem").textContent = problem;
  part("problem").hidden = !problem;
}

class Problem extends Error {} // its message is for the user

// --- Loading -------------------------------------------------------------------------------------------------------

async function fetchBytes(file, size, arrived) {
  let answer;
  try {
    answer = await fetch(file);
  } catch {
    throw new Problem(`${file} could not be loaded. Check the connection, and reload the page.`);
  }
  if (!answer.ok) throw new Problem(`${file} is missing from this page's folder (HTTP status ${answer.status}).`);
  const bytes = new Uint8Array(size);
  const reader = answer.body.getReader();
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Problem(`${file} was not loaded completely. Reload the page.`);
    });
    if (done) break;
    if (filled + value.length > size) throw new Problem(`${file} does not belong to this page.`);
    bytes.set(value, filled);
    filled += value.length;
    arrived(value.length);
  }
  if (filled !== size) throw new Problem(`${file} was not loaded completely. Reload the page.`);
  return bytes;
}

async function load() {
  if (location.protocol === "file:") {
    throw new Problem(
      "Browsers do not let a page opened as a file load its model. Serve the folder: run “python -m http.server” " +
        "in it, and open http://localhost:8000. Any static web host works as well.",
    );
  }
  if (typeof WebAssembly !== "object") throw new Problem("This browser cannot run the model: it has no WebAssembly.");
  const total = about.files.model.bytes + about.files.wasm.bytes;
  let loaded = 0;
  const arrived = (bytes) => {
    loaded += bytes;
    part("progress").value = loaded / total;
    part("state").textContent = `Loading the classifier: ${Math.round((100 * loaded) / total)} % of ${Math.ceil(total / 1e6)} MB`;
  };
  const [ort, wasm, model] = await Promise.all([
    import("./ort.wasm.bundle.min.mjs").catch(() => {
      throw new Problem("ort.wasm.bundle.min.mjs is missing from this page's folder, or the browser is too old for it.");
    }),
    fetchBytes(about.files.wasm.name, about.files.wasm.bytes, arrived),
    fetchBytes(about.files.model.name, about.files.model.bytes, arrived),
  ]);
  part("state").textContent = "Preparing the classifier …";
  part("progress").removeAttribute("value");
  ort.env.wasm.numThreads = 1; // more would need headers that a plain host does not send
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmBinary = wasm;
  ort.env.logLevel = "error";
  Tensor = ort.Tensor;
  session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
}

// --- From a file to pixels -----------------------------------------------------------------------------------------

async function isJpeg(blob) {
  const start = new Uint8Array(await blob.slice(0, 3).arrayBuffer());
  return start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff;
}

// Like Catseye, decode JPEG files at an eighth, quarter or half, as long as both sides keep what the network needs.
function scaleOf(width, height, jpeg) {
  const side = Math.min(width, height);
  let scale = (jpeg && JPEG_SCALES.find((one) => side >= about.decoded_side * one)) || 1;
  while ((width * height) / scale ** 2 > MOST_PIXELS || Math.max(width, height) / scale > LARGEST_SIDE) scale *= 2;
  return scale;
}

function draw(source, width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
  if (!context) throw new Problem("This browser has no memory left for a picture of this size.");
  context.fillStyle = "#fff"; // behind transparent parts
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = source.width !== width || source.height !== height;
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

// Halve repeatedly, so that each new pixel is the mean of four.
function reduce(bitmap, scale) {
  let canvas = bitmap;
  for (let done = 1; done < scale; done *= 2) {
    canvas = draw(canvas, Math.ceil(canvas.width / 2), Math.ceil(canvas.height / 2));
  }
  return scale > 1 ? canvas : draw(bitmap, bitmap.width, bitmap.height);
}

async function decode(blob, name) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image", premultiplyAlpha: "none" });
  } catch {
    const advice = NOT_FOR_BROWSERS.test(name) ? " Convert it to JPEG or PNG." : "";
    throw new Problem(blob.size ? `This browser cannot read ${name} as a picture.${advice}` : `${name} is empty.`);
  }
  try {
    return reduce(bitmap, scaleOf(bitmap.width, bitmap.height, await isJpeg(blob)));
  } finally {
    bitmap.close();
  }
}

function toTensor(canvas) {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height, { colorSpace: "srgb" });
  const pixels = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    pixels[to++] = data[from];
    pixels[to++] = data[from + 1];
    pixels[to++] = data[from + 2];
  }
  return new Tensor("uint8", pixels, [1, height, width, 3]);
}

async function classify(blob, name) {
  const canvas = await decode(blob, name);
  let answers;
  try {
    answers = await session.run({ picture: toTensor(canvas) });
  } catch (error) {
    console.error(error);
    throw new Problem(`${name} could not be classified: the browser ran out of memory, or the model failed.`);
  }
  const probabilities = Array.from(answers.probabilities.data);
  if (probabilities.length !== about.classes.length || !probabilities.every(Number.isFinite)) {
    throw new Problem(`The model gave no valid answer for ${name}.`);
  }
  return { canvas, probabilities, unfamiliarity: answers.unfamiliarity ? answers.unfamiliarity.data[0] : null };
}

// --- Showing -------------------------------------------------------------------------------------------------------

function add(parent, kind, text, className) {
  const made = document.createElement(kind);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function show(name, { canvas, probabilities, unfamiliarity }) {
  const order = probabilities.map((share, index) => [share, index]).sort((one, other) => other[0] - one[0]);
  const result = document.createElement("section");
  result.className = "result";
  const side = Math.min(1, LARGEST_SHOWN / Math.max(canvas.width, canvas.height));
  const small = draw(canvas, Math.max(1, Math.round(canvas.width * side)), Math.max(1, Math.round(canvas.height * side)));
  small.setAttribute("role", "img");
  small.setAttribute("aria-label", name);
  result.append(small);
  const words = add(result, "div");
  const [best, index] = order[0];
  const title = add(words, "h2");
  add(title, "bdi", about.classes[index]);
  title.append(` ${percent(best)}`);
  if (unfamiliarity !== null && unfamiliarity > 1) {
    add(
      words,
      "p",
      "Unlike the training pictures: do not rely on this answer. The picture may show something else, or show one of " +
        `the classes differently from the training pictures (unfamiliarity ${unfamiliarity.toFixed(2)}, threshold 1).`,
      "unlike",
    );
  }
  for (const [share, place] of order.slice(0, SHOWN)) {
    const bar = add(words, "div", undefined, "bar");
    bar.style.setProperty("--share", `${100 * share}%`);
    add(add(bar, "span"), "bdi", about.classes[place]);
    add(bar, "span", percent(share));
  }
  const score = unfamiliarity === null ? "" : ` · unfamiliarity ${unfamiliarity.toFixed(2)}`;
  add(words, "p", `${name}${score.replace("-", "−")}`, "soft");
  put(result);
}

function showProblem(problem) {
  const result = document.createElement("section");
  result.className = "result failed";
  add(result, "p", problem, "problem");
  put(result);
}

function put(result) {
  part("results").prepend(result);
  while (part("results").children.length > MOST_RESULTS) {
    part("results").lastChild.remove();
    part("left-out").textContent = `Only the latest ${MOST_RESULTS} results are kept on this page.`;
  }
}

let taken = 0;
let finished = 0;

function take(files) {
  if (finished === taken) taken = finished = 0; // nothing is queued: restart the count
  taken += files.length;
  say("");
  for (const file of files) {
    queue = queue.then(async () => {
      const name = file.name || "the picture";
      part("drop").setAttribute("aria-busy", "true");
      part("count").textContent = taken > 1 ? `Classifying ${finished + 1} of ${taken} pictures …` : "";
      try {
        show(name, await classify(file, name));
      } catch (error) {
        if (!(error instanceof Problem)) console.error(error);
        showProblem(error instanceof Problem ? error.message : `${name} could not be classified (${error.message}).`);
      }
      finished += 1;
      part("drop").removeAttribute("aria-busy");
      if (finished === taken) part("count").textContent = "";
    });
  }
  return queue;
}

// All files in what was dropped, which may be folders, without hidden ones, which systems put beside pictures.
async function filesBelow(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const some = await new Promise((found, failed) => reader.readEntries(found, failed)); // at most 100 at a time
    if (!some.length) return files;
    for (const one of some) files.push(...(await filesBelow(one)));
  }
}

async function takeDropped(transfer) {
  // Both lists are emptied at the first await.
  const plain = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  let files = plain;
  if (entries.some((entry) => entry.isDirectory)) {
    try {
      files = (await Promise.all(entries.map(filesBelow))).flat();
    } catch (error) {
      say(`The folder could not be read (${error.message}).`);
      return;
    }
  }
  if (files.length) take(files);
  else if (entries.length) say("There are no files in this folder.");
  else say("This is not a picture file. Save the picture first, and drop its file here.");
}

// --- Choosing, dropping, pasting, the camera -----------------------------------------------------------------------

function listen() {
  for (const name of ["file", "snapshot"]) {
    part(name).addEventListener("change", ({ target }) => {
      take([...target.files]);
      target.value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    part("drop").classList.add("over");
  });
  document.addEventListener("dragleave", () => part("drop").classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    part("drop").classList.remove("over");
    takeDropped(event.dataTransfer);
  });
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) take(files);
    else say("There is no picture on the clipboard.");
  });
  part("camera").addEventListener("click", openCamera);
  part("take").addEventListener("click", takePicture);
  part("stop").addEventListener("click", closeCamera);
}

async function openCamera() {
  if (!navigator.mediaDevices) {
    part("snapshot").click(); // without https there is no live camera, but a phone's camera app can be used
    return;
  }
  try {
    const ideal = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };
    part("video").srcObject = await navigator.mediaDevices.getUserMedia({ video: ideal });
    await part("video").play();
    part("viewfinder").hidden = false;
    say("");
  } catch (error) {
    const refused = error.name === "NotAllowedError";
    say(refused ? "The browser does not allow the use of the camera; check its settings." : "No camera was found.");
  }
}

function takePicture() {
  const video = part("video");
  frameOf(video).toBlob((blob) => take([new File([blob], "camera", { type: "image/png" })]), "image/png");
  closeCamera();
}

function frameOf(video) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas;
}

function closeCamera() {
  for (const track of part("video").srcObject?.getTracks() ?? []) track.stop();
  part("video").srcObject = null;
  part("viewfinder").hidden = true;
}

load().then(
  () => {
    part("loading").hidden = true;
    part("ask").hidden = false;
    listen();
    // For checking the page: classify(blob, name) processes a file just as if it was chosen.
    window.catseye = { classify };
    document.documentElement.dataset.ready = "yes";
  },
  (error) => {
    part("loading").hidden = true;
    if (!(error instanceof Problem)) console.error(error);
    say(error instanceof Problem ? error.message : `The classifier could not be started in this browser (${error.message}).`);
    document.documentElement.dataset.ready = "no";
  },
);
