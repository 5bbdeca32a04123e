/** The queue by keyboard: move, approve, reject, select, undo. All of it can be done without. */

const cases = [...document.querySelectorAll("[data-case]")];
const bulk = document.querySelector("#bulk");
const help = document.querySelector("[data-keys]");
const switched = document.querySelector("[data-keys-on]");
const STORED = "moderation-keys";

function current() {
  return cases.findIndex((one) => one.contains(document.activeElement));
}

function go(to) {
  const next = cases[Math.max(0, Math.min(cases.length - 1, to))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The text that is meant: where the focus is, or else the first one, which is then shown. */
function meant() {
  if (current() < 0) {
    go(0);
    return null;
  }
  return cases[current()];
}

const deeds = {
  j: () => go(current() + 1),
  k: () => go(current() - 1),
  a: () => meant()?.querySelector("[data-approve] button").click(),
  x: () => meant()?.querySelector("[data-tick]").click(),
  u: () => document.querySelector("[data-undo]")?.click(),
  r() {
    const box = meant()?.querySelector("[data-reject]");
    if (!box) return;
    box.open = true;
    box.querySelector('input[name="reason"]').focus();
  },
  "?": () => {
    if (help) help.open = !help.open;
  },
};

function isTyping(element) {
  return element.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const box = event.target.closest?.("[data-reject][open]");
    if (!box) return;
    box.open = false;
    box.closest("[data-case]")?.focus();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) || (switched && !switched.checked)) return;
  const deed = Object.hasOwn(deeds, event.key) && deeds[event.key];
  if (!deed || (event.repeat && !"jk".includes(event.key))) return; // a key that is held decides once
  event.preventDefault();
  deed();
});

/** Says how many are selected, and shows what can be done about them. */
function tell() {
  const ticks = [...document.querySelectorAll("[data-tick]")];
  const count = ticks.filter((tick) => tick.checked).length;
  bulk.toggleAttribute("data-some", count > 0);
  bulk.querySelector("[data-count]").textContent = `${count} selected`;
  bulk.querySelector("[data-all]").textContent = count === ticks.length ? "Select none" : "Select all";
}

if (bulk) {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]")) tell();
  });
  bulk.querySelector("[data-all]").addEventListener("click", () => {
    const ticks = [...document.querySelectorAll("[data-tick]")];
    const all = ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = !all;
    tell();
  });
  tell();
}

// Who has just decided goes on with the next one.
if (document.querySelector("[data-undo]") && document.activeElement === document.body) {
  cases[0]?.focus({ preventScroll: true });
}

// Who does not want single keys to do things (a voice may press them) says so once.
if (switched) {
  switched.checked = localStorage.getItem(STORED) !== "off";
  switched.addEventListener("change", () => {
    localStorage.setItem(STORED, switched.checked ? "on" : "off");
  });
}
