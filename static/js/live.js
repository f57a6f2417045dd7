// Parts of a page that renew themselves ([data-live]): they rest while nobody looks,
// keep open what the reader has opened, wait while a field in them is being filled in,
// and say aloud only what changed.
let open = [];
let said = document.querySelector("[data-says]")?.dataset.says;

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target.closest("[data-live]");
  if (!part) return;
  const typing = part.contains(document.activeElement)
    && document.activeElement.matches("input, select, textarea");
  if (document.hidden || typing) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) htmx.trigger(part, "renew");
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { pathInfo, xhr } = event.detail;
  const asked = new URL(pathInfo.finalRequestPath, window.location.href).pathname;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked) {
    // sent elsewhere, as to sign in: the whole page has to go there
    event.detail.shouldSwap = false;
    window.location.reload();
    return;
  }
  open = [...document.querySelectorAll("details[open][id]")].map((one) => one.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const says = document.querySelector("[data-says]")?.dataset.says;
  if (says === undefined || says === said) return;
  said = says;
  document.querySelector("[data-live-said]").textContent = says;
});
