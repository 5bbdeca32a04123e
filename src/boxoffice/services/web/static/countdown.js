/** Makes the time left to pay tick, says aloud when it gets short, and reloads when it is over. */

const box = document.querySelector("[data-countdown]");
const clock = box.querySelector("[data-clock]");
const bar = box.querySelector("progress");
const voice = box.querySelector("[data-voice]");

// The server's clock decides: a wrong clock on this device only shifts both ends.
const openedAt = Date.now();
const leftWhenOpened = Date.parse(box.dataset.expires) - Date.parse(box.dataset.now);
const RELOAD_AFTER = 2000; // long enough to hear that it is over, and for the order to be cancelled

const announcements = [
  { atSeconds: 300, text: "Five minutes left to pay." },
  { atSeconds: 60, text: "One minute left to pay." },
  { atSeconds: 0, text: "Time is up. The ticket goes back on sale." },
];

function secondsLeft() {
  return Math.max(0, Math.ceil((leftWhenOpened - (Date.now() - openedAt)) / 1000));
}

function show(seconds) {
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  bar.value = seconds;
  box.dataset.phase = seconds <= 60 ? "last" : seconds <= 300 ? "soon" : "calm";
}

/** Says the latest thing that is due, once; what was due before the page opened stays unsaid. */
function announce(seconds) {
  const due = announcements.filter(({ atSeconds }) => seconds <= atSeconds);
  if (due.length === 0) return;
  voice.textContent = due.at(-1).text;
  announcements.splice(0, due.length);
}

function tick() {
  const seconds = secondsLeft();
  show(seconds);
  announce(seconds);
  if (seconds > 0) return;
  clearInterval(timer);
  setTimeout(() => location.reload(), RELOAD_AFTER);
}

const opening = secondsLeft();
announcements.splice(0, announcements.filter(({ atSeconds }) => opening < atSeconds).length);
const timer = setInterval(tick, 250);
document.addEventListener("visibilitychange", tick);
tick();
