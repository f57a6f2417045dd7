// The time left of a session. The server's times drive it: performance.now() measures
// from them, so that a changed clock on the phone changes nothing; after a sleep, a
// return to the tab or a reload they are asked for again.
const WARNING = 10 * 60; // seconds
const RESYNC = 60; // seconds

const clock = document.querySelector("[data-clock]");
if (clock) start(clock);

function start(clock) {
  const shown = clock.querySelector("[data-clock-time]");
  const spoken = clock.querySelector("[data-clock-alert]");
  const notify = clock.querySelector("[data-clock-notify]");
  let expiresAt = Date.parse(clock.dataset.expiresAt);
  let serverNow = Date.parse(clock.dataset.serverNow);
  let measuredFrom = performance.now();
  let wallFrom = Date.now();
  let warned = false;
  let ended = false;
  let notices = null; // a promise of what shows them, once the participant agreed

  function secondsLeft() {
    return (expiresAt - serverNow - (performance.now() - measuredFrom)) / 1000;
  }

  function tick() {
    const left = secondsLeft();
    shown.textContent = written(Math.max(0, left));
    clock.classList.toggle("clock--ending", left <= WARNING);
    if (left <= 0 && !ended) {
      ended = true;
      say("El tiempo de tu sesión terminó.");
      window.location.reload();
    } else if (left > 0 && left <= WARNING) {
      say(warning());
      if (!warned) warn();
    }
    // performance.now() may stand still while the device sleeps; the wall clock doesn't
    const drift = Date.now() - wallFrom - (performance.now() - measuredFrom);
    if (Math.abs(drift) > 2000) resync();
  }

  // Names the hour and no minutes: it stays true, so that it is spoken only once.
  function warning() {
    const hour = new Date(expiresAt).toLocaleTimeString("es-CL", {
      timeZone: "America/Santiago",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    return `Quedan menos de 10 minutos: cierra tu sesión SENCE antes de las ${hour}.`;
  }

  function say(text) {
    if (spoken.textContent !== text) spoken.textContent = text;
  }

  function warn() {
    warned = true;
    if (notify) notify.hidden = true;
    const text = warning();
    notices?.then((through) =>
      through.showNotification("Tu sesión SENCE está por terminar", {
        body: text,
        tag: "fin-de-sesion", // after a reload the same notice, not one more
        data: window.location.href,
      }),
    );
  }

  let asking = false;
  async function resync() {
    if (asking) return;
    asking = true;
    try {
      const asked = performance.now();
      const answer = await fetch(clock.dataset.statusUrl, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) return;
      const status = await answer.json();
      if (status.expires_at === null) {
        window.location.reload();
        return;
      }
      measuredFrom = (asked + performance.now()) / 2;
      wallFrom = Date.now() - (performance.now() - measuredFrom);
      serverNow = Date.parse(status.now);
      expiresAt = Date.parse(status.expires_at);
    } catch {
      // offline: the last known times still hold
    } finally {
      asking = false;
    }
  }

  function prepareNotices() {
    notices = navigator.serviceWorker
      .register(clock.dataset.noticeWorker)
      .then(activeWorker);
  }

  if (notify && "Notification" in window && "serviceWorker" in navigator) {
    if (Notification.permission === "granted") prepareNotices();
    notify.hidden = Notification.permission !== "default" || secondsLeft() <= WARNING;
    notify.addEventListener("click", async () => {
      const answer = await Notification.requestPermission();
      if (answer === "granted") prepareNotices();
      notify.hidden = true;
    });
  }

  clock.querySelector("[data-clock-static]").hidden = true;
  tick();
  setInterval(tick, 1000);
  setInterval(resync, RESYNC * 1000);
  window.addEventListener("pageshow", (event) => event.persisted && resync());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) resync();
  });
}

// A worker shows notices only once it is active.
async function activeWorker(registration) {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  while (worker.state !== "activated") {
    await new Promise((resolve) =>
      worker.addEventListener("statechange", resolve, { once: true }),
    );
  }
  return registration;
}

function written(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
