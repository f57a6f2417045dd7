// Sends the browser on to SENCE by itself; the button stays for who has no JavaScript.
// This page's own entry in the history becomes the course: "back" from SENCE leads
// there, and not to a form that asks to be sent a second time.
const arrived = performance.getEntriesByType("navigation")[0];
const form = document.querySelector("form[data-autosubmit]");

if (form && arrived?.type !== "back_forward") {
  history.replaceState(null, "", form.dataset.back);
  form.requestSubmit();
}
