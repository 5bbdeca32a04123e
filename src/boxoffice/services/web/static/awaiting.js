/** Asks every two seconds how an order stands, and shows the page anew when that changed. */

const box = document.querySelector("[data-awaiting]");
const voice = box.querySelector("[data-voice]");
const EVERY = 2000; // soon enough to feel immediate, rare enough for a slow bank
const SLOW_AFTER = 30_000; // most payments are confirmed by then
const startedAt = Date.now();

/** Returns the status of an order, or how many tickets there are. */
async function statusNow() {
  const answer = await fetch(box.dataset.awaiting, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const { status, items } = await answer.json();
  return status ?? String(items.length);
}

async function ask() {
  try {
    if ((await statusNow()) !== box.dataset.status) return location.reload();
  } catch {
    voice.textContent = "We cannot reach the box office right now. Your payment is safe; still trying.";
    return setTimeout(ask, EVERY * 5);
  }
  if (Date.now() - startedAt > SLOW_AFTER) {
    voice.textContent = "This takes longer than usual. You can leave: we will write to you either way.";
  }
  setTimeout(ask, EVERY);
}

setTimeout(ask, EVERY);
