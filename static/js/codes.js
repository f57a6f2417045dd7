// Recovery codes: copying, where scripts run.
for (const button of document.querySelectorAll("[data-copy]")) {
  const told = document.querySelector("[data-copied]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const rows = document.querySelectorAll(`#${button.dataset.copy} li`);
    const text = [...rows].map((row) => row.textContent.trim()).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = "Copiados.";
    } catch {
      told.textContent = "El navegador no dejó copiar: descárgalos.";
    }
  });
}
