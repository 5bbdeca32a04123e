/** A slip beside a seat that says what it is called and what it costs. */

import { placeOf } from "./seats-house.js";

const GLIMPSE = 2000; // milliseconds: to read a name and a price

export function makeTip(slip, house, words, view) {
  let shown = -1;
  let timer = 0;

  function show(number) {
    clearTimeout(timer);
    if (number !== shown) {
      shown = number;
      const [name, about] = [document.createElement("strong"), document.createElement("span")];
      name.textContent = words.full(number);
      about.textContent = words.about(number);
      slip.replaceChildren(name, about);
      slip.hidden = false;
    }
    follow();
  }

  /** Shows it for a moment, to who has no pointer that leaves. */
  function glimpse(number) {
    show(number);
    timer = setTimeout(hide, GLIMPSE);
  }

  /** Keeps the slip beside its seat, above it or, where there is no room, below. */
  function follow() {
    if (shown < 0) return;
    const { x, y } = placeOf(house, shown);
    const at = view.toScreen(x + 0.5, y);
    const half = slip.offsetWidth / 2 + 4;
    const left = Math.min(Math.max(at.x, half), view.width - half);
    const above = at.y - slip.offsetHeight - 8;
    const top = above > 4 ? above : at.y + view.scale + 8;
    slip.style.translate = `calc(${left.toFixed(1)}px - 50%) ${top.toFixed(1)}px`;
  }

  /** Takes it away; returns whether there was one. */
  function hide() {
    const was = shown >= 0;
    clearTimeout(timer);
    shown = -1;
    slip.hidden = true;
    return was;
  }

  return { show, glimpse, follow, hide };
}
