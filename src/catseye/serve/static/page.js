// Sends a picture to POST /predict and shows the response. Names are always set as text, never as HTML.
const at = (id) => document.getElementById(id);
let token = "";
let latest = null; // the picture on the page
let count = 0; // of requests: only the answer to the latest one is shown

const percent = (share) => `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 2 : 1)} %`;

function headers() {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function say(words) {
  at("error").textContent = words;
  at("error").hidden = !words;
}

function bar({ class: name, probability }) {
  const row = document.createElement("li");
  const label = document.createElement("bdi");
  const number = document.createElement("span");
  const progress = document.createElement("progress");
  label.className = "name";
  label.textContent = name;
  number.textContent = percent(probability);
  progress.max = 1;
  progress.value = probability;
  progress.setAttribute("aria-label", name);
  row.append(label, number, progress);
  return row;
}

function show(answer) {
  at("class").textContent = `${answer.class}, ${percent(answer.probability)}`;
  at("unlike").hidden = answer.unfamiliar !== true;
  at("uncalibrated").hidden = answer.calibrated;
  at("bars").replaceChildren(...answer.top.map(bar));
  const score = answer.unfamiliarity;
  at("score").textContent =
    score === undefined ? "" : `Unfamiliarity ${score.toFixed(2)}: 0 is typical; above 1, the picture is unlike the training pictures.`;
  at("answer").hidden = false;
}

async function ask(picture) {
  const own = ++count;
  latest = picture;
  say("");
  at("answer").hidden = true;
  URL.revokeObjectURL(at("shown").src);
  at("shown").src = URL.createObjectURL(picture);
  at("shown").hidden = false;
  at("words").textContent = "Classifying …";
  try {
    const query = at("model").value ? `?model=${encodeURIComponent(at("model").value)}` : "";
    const options = { method: "POST", body: picture, headers: { ...headers(), "Content-Type": "application/octet-stream" } };
    const response = await fetch(`predict${query}`, options);
    const answer = await response.json();
    if (own !== count) return;
    if (response.ok) show(answer[0]);
    else say(answer.error);
    at("token-form").hidden = response.status !== 401;
  } catch {
    if (own === count) say("The server cannot be reached.");
  }
  if (own === count) at("words").textContent = "Drop, paste or choose another picture";
}

function askFirst(files) {
  if (files && files.length) ask(files[0]);
}

async function listModels() {
  try {
    const response = await fetch("v2/models", { headers: headers() });
    at("token-form").hidden = response.status !== 401;
    if (!response.ok) return;
    const { models } = await response.json();
    at("model").replaceChildren(...models.map(({ name }) => new Option(name, name)));
    at("models-line").hidden = models.length < 2;
  } catch {
    say("The server cannot be reached.");
  }
}

at("shown").addEventListener("error", () => (at("shown").hidden = true)); // a format that only the server can read
at("file").addEventListener("change", (event) => askFirst(event.target.files));
at("model").addEventListener("change", () => latest && ask(latest));
at("token-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  token = at("token").value;
  await listModels();
  if (latest && at("token-form").hidden) ask(latest);
});
addEventListener("paste", (event) => askFirst(event.clipboardData.files));
addEventListener("dragover", (event) => {
  event.preventDefault();
  at("place").classList.add("over");
});
addEventListener("dragleave", () => at("place").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  at("place").classList.remove("over");
  askFirst(event.dataTransfer.files);
});
listModels();
