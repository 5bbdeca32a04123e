/** Where the arrow keys lead: from a seat to the next one, whichever section that is in. */

import { placeOf, rowOf } from "./seats-house.js";

const ASIDE = 3; // how much further away seems what is not straight ahead
const ways = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Returns the seat that a key leads to; the same one where it leads nowhere. */
export function nextSeat(house, number, key) {
  const row = rowOf(house, number);
  if (key === "Home") return row.start;
  if (key === "End") return row.start + row.places.length - 1;
  const [across, down] = ways[key];
  const beside = number + across;
  if (across && beside >= row.start && beside < row.start + row.places.length) return beside;
  const from = placeOf(house, number);
  const others = house.rows.filter((each) => each !== row);
  return nearest(others, (x, y) => ahead(x - from.x, y - from.y, across, down)) ?? number;
}

/** Returns the section that a key leads to; the same one where it leads nowhere. */
export function nextSection(house, section, key) {
  const { sections } = house;
  if (key === "Home") return sections[0];
  if (key === "End") return sections.at(-1);
  const [across, down] = ways[key];
  const from = middle(section);
  const far = (each) => ahead(middle(each).x - from.x, middle(each).y - from.y, across, down);
  const others = sections.filter((each) => each !== section && far(each) < Infinity);
  return others.reduce((best, each) => (far(each) < far(best) ? each : best), others[0]) ?? section;
}

/** Returns the seat of these rows that is nearest to a point and meant; -1 where there is none. */
export function seatNear(rows, x, y, isMeant) {
  const away = (seatX, seatY) => Math.hypot(seatX - x, seatY - y);
  return nearest(rows, away, isMeant) ?? nearest(rows, away) ?? -1;
}

export function isArrow(key) {
  return key in ways || key === "Home" || key === "End";
}

/** Returns how far a point seems to somebody who looks one way; endless where it is behind. */
function ahead(x, y, across, down) {
  const straight = x * across + y * down;
  const aside = Math.abs(x * down) + Math.abs(y * across);
  return straight > 0.25 ? straight + ASIDE * aside : Infinity;
}

function nearest(rows, distance, isMeant = () => true) {
  let best;
  let shortest = Infinity;
  for (const row of rows) {
    row.places.forEach((cell, nth) => {
      const far = distance(row.x + cell, row.y);
      if (far >= shortest || !isMeant(row.start + nth)) return;
      [best, shortest] = [row.start + nth, far];
    });
  }
  return best;
}

function middle(section) {
  return { x: section.x + section.width / 2, y: section.y + section.height / 2 };
}
