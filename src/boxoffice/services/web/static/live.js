/** Looks again at what changes while one looks at it, and shows it without a new page. */

const EVERY = 10_000; // milliseconds: an organiser watches, and does not race
const LONGEST = 120_000; // between two looks while the box office cannot be reached
const box = document.querySelector("[data-live]");
const looked = document.querySelector("[data-looked]");
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });
let wait = EVERY;

async function fetchBox() {
  const answer = await fetch(box.dataset.live, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-live]");
}

/** Shows what is new, and leaves open what somebody opened; not under somebody's fingers. */
function show(fresh) {
  if (box.contains(document.activeElement) || fresh.innerHTML === box.innerHTML) return;
  for (const open of box.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  }
  box.replaceChildren(...fresh.childNodes);
}

async function look() {
  if (document.visibilityState === "visible") {
    try {
      show(await fetchBox());
      const at = clock.format(new Date());
      looked.textContent = `This page looks again by itself. It last did at ${at}.`;
      wait = EVERY;
    } catch {
      looked.textContent = "We cannot reach the box office right now; still trying.";
      wait = Math.min(wait * 2, LONGEST);
    }
  }
  setTimeout(look, wait);
}

setTimeout(look, EVERY);
