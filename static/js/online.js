// Who is in now asks for itself anew, while somebody looks: not in a hidden tab. What
// changed is said once, not every ten seconds.
const EVERY = 10; // seconds
const NAME = "en-linea";
const said = document.getElementById(`${NAME}-estado`);

function renew() {
  if (!document.hidden) htmx.trigger(`#${NAME}`, "renew");
}

setInterval(renew, EVERY * 1000);
document.addEventListener("visibilitychange", renew);

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.serverResponse.includes(`id="${NAME}"`)) return;
  event.detail.shouldSwap = false; // signed out meanwhile: the page itself says so
  window.location.reload();
});
document.addEventListener("htmx:afterSettle", () => {
  const { status } = document.getElementById(NAME).dataset;
  if (said.textContent !== status) said.textContent = status;
});
