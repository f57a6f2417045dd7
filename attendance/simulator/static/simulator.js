"use strict";

// Counts down what the server said was left; the page's own refresh ends it.
for (const clock of document.querySelectorAll("[data-countdown]")) {
  const end = Date.now() + Number(clock.dataset.countdown) * 1000;
  const show = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const rest = String(left % 60).padStart(2, "0");
    clock.textContent = `${Math.floor(left / 60)} min ${rest} s`;
  };
  show();
  setInterval(show, 500);
}

// Sends the copies one after the other, each into its frame.
const LONGEST_WAIT_MS = 5000;
const send = (copy) =>
  new Promise((done) => {
    const frame = document.querySelector(`iframe[name="${copy.target}"]`);
    frame.addEventListener("load", done, { once: true });
    setTimeout(done, LONGEST_WAIT_MS);
    copy.submit();
  });

const last = document.querySelector("form[data-autosubmit]");
if (last) {
  (async () => {
    for (const copy of document.querySelectorAll("form[data-copy]")) {
      await send(copy);
    }
    last.submit();
  })();
}
