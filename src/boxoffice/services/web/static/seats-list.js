/** The list of seats: fetches a section when it is opened, and ticks what is chosen on the map. */

import { FREE, numberOf } from "./seats-house.js";

export function openList(list, house, { choice, does }) {
  const boxes = new Map(); // from a seat's number to its box

  /** Takes the boxes of a part of the list into the choice's care. */
  function adopt(part) {
    for (const box of part.querySelectorAll("input[name=seat]")) {
      box.removeAttribute("name"); // what is chosen is sent by the summary
      const number = numberOf(house, box.value);
      boxes.set(number, box);
      dress(number);
    }
  }

  function dress(number) {
    const box = boxes.get(number);
    if (!box) return;
    const isFree = house.states[number] === FREE;
    box.checked = choice.has(number);
    box.disabled = !isFree;
    box.closest("label").hidden = !isFree && document.activeElement !== box;
  }

  async function open(closed) {
    closed.setAttribute("aria-busy", "true");
    const url = new URL(closed.getAttribute("formaction"), location.href);
    url.searchParams.set("section", closed.value);
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector(`details[data-part="${CSS.escape(closed.value)}"]`);
      closed.replaceWith(part);
      adopt(part);
      part.querySelector("summary").focus();
    } catch {
      closed.removeAttribute("aria-busy");
      does.say("We cannot reach the box office right now. Try again in a moment.", true);
    }
  }

  list.addEventListener("click", (event) => {
    const closed = event.target.closest("button[data-part]");
    if (!closed) return;
    event.preventDefault();
    if (!closed.hasAttribute("aria-busy")) open(closed);
  });
  list.addEventListener("change", (event) => {
    const number = numberOf(house, event.target.value ?? "");
    if (number < 0) return;
    does.toggle(number);
    dress(number);
  });
  choice.onChange(dress);
  adopt(list);

  return {
    refresh(numbers) {
      for (const number of numbers) dress(number);
    },
  };
}
