/** The seats themselves, where they are large enough: an element for each that is in sight. */

import { FREE, nameOf, placeOf, rowOf } from "./seats-house.js";
import { isSeen } from "./seats-far.js";
import { element } from "./seats-scene.js";
import { look, marks, outline } from "./seats-shapes.js";

const AROUND = 80; // pixels beyond the window where rows are kept ready
const NUMBERED = 26; // pixels of a seat from which on its number can be read

export function makeNear(scene, house, choice, words) {
  const groups = new Map(house.sections.map((each) => [each, drawSection(each, words)]));
  scene.seats.append(...groups.values());
  const drawn = new Map(); // from a row's index to its group and seats
  let numbered = false;

  /** Draws the rows that are in sight and forgets the others, but for that of `cursor`. */
  function show(view, cursor) {
    if (numbered !== view.scale >= NUMBERED) {
      clear();
      numbered = !numbered;
    }
    const kept = cursor < 0 ? null : rowOf(house, cursor);
    for (const row of house.rows) {
      if (row === kept || isSeen(row, view, AROUND)) drawRow(row);
      else eraseRow(row);
    }
  }

  function clear() {
    for (const row of house.rows) eraseRow(row);
  }

  function drawRow(row) {
    if (drawn.has(row.index)) return;
    const group = element("g", { transform: `translate(${row.x} ${row.y})` });
    const seats = row.places.map((cell, nth) => drawSeat(group, row, cell, row.start + nth));
    if (numbered) drawNames(group, row);
    groups.get(row.section).append(group);
    drawn.set(row.index, { group, seats });
  }

  function eraseRow(row) {
    if (!drawn.has(row.index)) return;
    drawn.get(row.index).group.remove();
    drawn.delete(row.index);
  }

  function drawSeat(group, row, cell, number) {
    const kind = row.cells[cell];
    const at = { transform: `translate(${cell} 0)` };
    const seat = element("path", { ...at, class: "seat", role: "option", tabindex: -1 });
    seat.dataset.seat = number;
    group.append(seat);
    if (marks[kind]) group.append(element("path", { ...at, class: "seat-mark", d: marks[kind] }));
    else if (numbered) group.append(drawNumber(row, cell, number));
    dress(seat, number, kind);
    return seat;
  }

  function drawNumber(row, cell, number) {
    const text = element("text", { class: "seat-number", x: cell + 0.5, y: 0.5 });
    text.textContent = nameOf(row, number - row.start);
    return text;
  }

  function drawNames(group, row) {
    for (const x of [-1.1, row.cells.length + 1.1]) {
      const text = element("text", { class: "row-name", x, y: 0.5 });
      text.textContent = row.name;
      group.append(text);
    }
  }

  function dress(seat, number, kind) {
    const looks = look(house.states[number], choice.has(number));
    seat.setAttribute("d", outline(looks, kind));
    seat.setAttribute("data-look", looks);
    seat.setAttribute("aria-label", `${words.seat(number)}, ${words.about(number)}`);
    seat.setAttribute("aria-selected", choice.has(number));
    if (house.states[number] === FREE) seat.removeAttribute("aria-disabled");
    else seat.setAttribute("aria-disabled", true);
  }

  /** Draws a seat anew after it changed, if it is drawn. */
  function refresh(number) {
    const seat = seatElement(number);
    if (seat) dress(seat, number, placeOf(house, number).kind);
  }

  function seatElement(number) {
    const row = rowOf(house, number);
    return drawn.get(row.index)?.seats[number - row.start];
  }

  const rows = () => [...drawn.keys()].map((index) => house.rows[index]);
  return { show, clear, refresh, seatElement, rows };
}

function drawSection(section, words) {
  const name = `${section.name}, ${words.price(section.price)}`;
  return element("g", { role: "group", "aria-label": name, class: section.paper });
}
