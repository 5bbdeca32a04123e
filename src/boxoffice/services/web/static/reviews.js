/** Counts what is left of a text while it is typed, and looks whether one's own is decided. */

import { localise } from "./localtime.js";

const WAITS = [700, 1_500, 3_000, 6_000, 12_000, 24_000]; // milliseconds between looks
const section = document.querySelector("[data-awaits]");
const plain = new Intl.NumberFormat(document.documentElement.lang);

/** Characters as the server counts them: an emoji is one, and a line break is one. */
function count(text) {
  return [...text.trim().normalize("NFC")].length;
}

function tell(area) {
  const left = Number(area.dataset.most) - count(area.value);
  const said = document.querySelector(`[data-left="${area.id}"]`);
  if (!said) return;
  said.textContent = left < 0 ? `${plain.format(-left)} characters too many.` : `${plain.format(left)} characters left.`;
  said.toggleAttribute("data-over", left < 0);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-most]")) tell(event.target);
});

for (const area of document.querySelectorAll("textarea[data-most]")) {
  if (area.value) tell(area);
}

/** Shows one's own texts as they are now; not under somebody's fingers. */
function show(fresh) {
  const [own, there] = [section.querySelector("[data-own]"), fresh.querySelector("[data-own]")];
  if (!own || !there || own.contains(document.activeElement)) return false;
  localise(there);
  if (own.querySelector("details[open]") || there.textContent === own.textContent) return false;
  own.replaceWith(document.adoptNode(there));
  return !fresh.hasAttribute("data-awaits");
}

async function look(nth) {
  let decided = false;
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#reviews");
      decided = Boolean(fresh) && show(fresh);
    } catch {
      // The next look may find it.
    }
  }
  if (!decided && nth + 1 < WAITS.length) setTimeout(look, WAITS[nth + 1], nth + 1);
}

if (section) setTimeout(look, WAITS[0], 0);
