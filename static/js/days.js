// The strips answer the mouse: what a day says, and a click leads to it. Without it the
// names lead there, and the table below says the same.
const table = document.getElementById("dias");
if (table) start(table);

function start(table) {
  const days = table.dataset.days.trim().split(" ");
  const data = document.getElementById("datos").tBodies[0].rows;
  const hint = document.createElement("p");
  hint.className = "days__hint";
  hint.setAttribute("aria-hidden", "true");
  hint.hidden = true;
  document.body.append(hint);

  function dayAt(strip, event) {
    const { left, width } = strip.getBoundingClientRect();
    const number = Math.floor(((event.clientX - left) / width) * days.length);
    return Math.min(Math.max(number, 0), days.length - 1);
  }

  table.addEventListener("pointermove", (event) => {
    const strip = event.target.closest(".strip");
    hint.hidden = !strip;
    if (!strip) return;
    const number = dayAt(strip, event);
    const row = data[strip.closest("tr").sectionRowIndex];
    const [year, month, day] = days[number].split("-");
    const text = row.cells[number + 1].textContent || "nada";
    hint.textContent = `${day}-${month}-${year}: ${text}`;
    const right = Math.min(event.clientX + 12, window.innerWidth - hint.offsetWidth - 8);
    hint.style.translate = `${right}px ${event.clientY + 16}px`;
  });
  table.addEventListener("pointerleave", () => {
    hint.hidden = true;
  });
  table.addEventListener("click", (event) => {
    const strip = event.target.closest(".strip");
    if (!strip) return;
    window.location.assign(`${strip.dataset.person}/${days[dayAt(strip, event)]}/`);
  });
}
