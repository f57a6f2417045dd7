// Compares a file with a certificate's. Its SHA-256 is computed here, and nothing is sent.
const box = document.querySelector("[data-file-check]");
if (box && window.crypto?.subtle) start(box); // browsers have it on https alone

function start(box) {
  const told = box.querySelector("[data-told]");
  let latest = 0; // a slow file must not answer after a newer one

  async function check(file) {
    latest += 1;
    const mine = latest;
    told.replaceChildren();
    const word = await compared(file, box.dataset);
    if (mine !== latest) return;
    const words = box.querySelector(`template[data-words="${word}"]`);
    told.replaceChildren(words.content.cloneNode(true));
  }

  box.querySelector("input[type=file]").addEventListener("change", (event) => {
    if (event.target.files.length) check(event.target.files[0]);
  });
  // anywhere on the page: beside the box the browser would open the file instead
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("drop--over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) box.classList.remove("drop--over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("drop--over");
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
  box.hidden = false;
}

// Another size is another file: a film dropped by mistake is not read.
async function compared(file, { sha256, size }) {
  if (file.size !== Number(size)) return "other";
  try {
    const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const bytes = [...new Uint8Array(hash)];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex === sha256 ? "same" : "other";
  } catch {
    return "unread";
  }
}
