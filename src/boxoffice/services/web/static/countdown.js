/** Makes the time that is left tick, says aloud when it gets short, and what follows when it is over. */

const box = document.querySelector("[data-countdown]");
const clock = box.querySelector("[data-clock]");
const bar = box.querySelector("progress");
const voice = box.querySelector("[data-voice]");

// The server's clock decides: a wrong clock on this device only shifts both ends.
const openedAt = Date.now();
const leftWhenOpened = Date.parse(box.dataset.expires) - Date.parse(box.dataset.now);
const RELOAD_AFTER = 2000; // long enough to hear that it is over, and for the order to be cancelled
const HOUR = 3600; // seconds
const DAY = 24 * HOUR;

const announcements = [300, 60, 0].map((atSeconds) => ({
  atSeconds,
  text: voice.getAttribute(`data-at-${atSeconds}`),
}));

function secondsLeft() {
  return Math.max(0, Math.ceil((leftWhenOpened - (Date.now() - openedAt)) / 1000));
}

function spell(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (seconds < HOUR) return rest.replace(/^0/, "");
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor(seconds / HOUR) % 24;
  return days ? `${days} ${days === 1 ? "day" : "days"} ${hours}:${rest}` : `${hours}:${rest}`;
}

function show(seconds) {
  clock.textContent = spell(seconds);
  if (bar) bar.value = seconds;
  box.dataset.phase = seconds <= 60 ? "last" : seconds <= 300 ? "soon" : "calm";
}

/** Says the latest thing that is due, once; what was due before the page opened stays unsaid. */
function announce(seconds) {
  const due = announcements.filter(({ atSeconds }) => seconds <= atSeconds);
  if (due.length === 0) return;
  voice.textContent = due.at(-1).text;
  announcements.splice(0, due.length);
}

/** Shows the page anew; or, where it is to stay, lets it go on by itself. */
function end() {
  clearInterval(timer);
  document.removeEventListener("visibilitychange", tick);
  box.dataset.phase = "over";
  box.dispatchEvent(new CustomEvent("over", { bubbles: true }));
  if (!("stays" in box.dataset)) setTimeout(() => location.reload(), RELOAD_AFTER);
}

function tick() {
  const seconds = secondsLeft();
  show(seconds);
  announce(seconds);
  if (seconds === 0) end();
}

const opening = secondsLeft();
announcements.splice(0, announcements.filter(({ atSeconds }) => opening < atSeconds).length);
const timer = setInterval(tick, 250);
document.addEventListener("visibilitychange", tick);
tick();
