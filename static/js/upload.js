// Files dropped on the page or chosen go one by one, each with its own progress; what
// is refused says why and keeps the others going. Without it the form sends them all.
const form = document.querySelector("form[data-upload]");
if (form) start(form);

function start(form) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-upload-list]");
  const said = form.querySelector("[data-upload-said]");
  const row = form.querySelector("template[data-upload-row]");
  const waiting = [];
  const counts = { kept: 0, known: 0, refused: 0, unsent: 0 };
  let busy = false;

  for (const one of form.querySelectorAll("[data-without-script]")) one.hidden = true;
  form.querySelector("[data-drop-words]").hidden = false;
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = ""; // the same file can be chosen again
  });
  // anywhere on the page: beside the box the browser would open the file instead
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("drop--over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("drop--over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.remove("drop--over");
    add([...event.dataTransfer.files]);
  });
  window.addEventListener("beforeunload", (event) => {
    if (busy) event.preventDefault();
  });

  function add(files) {
    for (const file of files) {
      const shown = row.content.firstElementChild.cloneNode(true);
      shown.querySelector(".upload__name").textContent = file.name;
      shown.querySelector("progress").setAttribute("aria-label", file.name);
      const retry = shown.querySelector(".upload__retry");
      retry.querySelector("span").textContent = ` ${file.name}`;
      retry.addEventListener("click", () => again(file, shown));
      list.append(shown);
      waiting.push([file, shown]);
    }
    next();
  }

  function again(file, shown) {
    counts[shown.dataset.result] -= 1;
    mark(shown, "", "En espera");
    shown.tabIndex = -1;
    shown.focus(); // its button goes away
    waiting.push([file, shown]);
    next();
  }

  async function next() {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const [file, shown] = waiting.shift();
      const { result, words } = await sent(file, shown);
      counts[result] += 1;
      mark(shown, result, words);
      tell();
    }
    busy = false;
    const after = form.querySelector("[data-upload-after]");
    after.hidden = !counts.kept;
    // all is well: the list below shows what came; else what is wrong stays to be read
    if (counts.kept && !counts.refused && !counts.unsent) window.location.reload();
  }

  function tell() {
    const wrong = counts.refused + counts.unsent;
    const parts = [`Guardados: ${counts.kept}`];
    if (counts.known) parts.push(`ya estaban: ${counts.known}`);
    if (wrong) parts.push(`con problemas: ${wrong}`);
    if (waiting.length) parts.push(`faltan: ${waiting.length}`);
    said.textContent = `${parts.join(", ")}.`;
  }

  function mark(shown, result, words) {
    const wrong = result === "refused" || result === "unsent";
    shown.dataset.result = result;
    shown.className = `upload${wrong ? " upload--refused" : result ? " upload--kept" : ""}`;
    shown.querySelector("progress").hidden = Boolean(result);
    shown.querySelector("[data-icon=check]").hidden = !result || wrong;
    shown.querySelector("[data-icon=alert]").hidden = !wrong;
    shown.querySelector("[data-words]").textContent = words;
    shown.querySelector(".upload__retry").hidden = result !== "unsent";
  }

  function sent(file, shown) {
    if (file.size > Number(form.dataset.largest)) {
      return Promise.resolve({ result: "refused", words: form.dataset.tooBig });
    }
    const bar = shown.querySelector("progress");
    const body = new FormData(form);
    body.delete(input.name);
    body.append(input.name, file);
    const request = new XMLHttpRequest();
    request.open("POST", window.location.pathname);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.timeout = 120_000;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = loaded / total;
      if (loaded === total) shown.querySelector("[data-words]").textContent = "Revisándolo";
    });
    shown.querySelector("[data-words]").textContent = "Subiendo";
    return new Promise((done) => {
      request.addEventListener("loadend", () => {
        const one = request.response?.files?.[0];
        done(one ?? { result: "unsent", words: form.dataset.unsent });
      });
      request.send(body);
    });
  }
}
