/** How seats look: each state and each kind has a form of its own, on a square of 1 by 1. */

import { FREE, HELD } from "./seats-house.js";

function rounded(left, top, right, bottom, radius) {
  const [across, down] = [right - left - 2 * radius, bottom - top - 2 * radius];
  const turn = (x, y) => `a${radius} ${radius} 0 0 1 ${x} ${y}`;
  return [
    `M${(left + radius).toFixed(2)} ${top}`,
    `h${across.toFixed(2)}${turn(radius, radius)}v${down.toFixed(2)}${turn(-radius, radius)}`,
    `h${-across.toFixed(2)}${turn(-radius, -radius)}v${-down.toFixed(2)}${turn(radius, -radius)}z`,
  ].join("");
}

function circle(x, y, radius) {
  const half = `a${radius} ${radius} 0 1 1`;
  return `M${x - radius} ${y}${half} ${2 * radius} 0${half} ${-2 * radius} 0z`;
}

const seat = rounded(0.1, 0.1, 0.9, 0.9, 0.2);
const cross =
  "M.3 .24 .5 .44 .7 .24 .76 .3 .56 .5 .76 .7 .7 .76 .5 .56 .3 .76 .24 .7 .44 .5 .24 .3z";
const tick = "M.24 .53 .34 .43 .45 .54 .68 .3 .78 .4 .45 .74z";

export const shapes = {
  free: seat,
  chosen: rounded(0.02, 0.02, 0.98, 0.98, 0.26),
  held:
    rounded(0.2, 0.2, 0.8, 0.8, 0.15) +
    rounded(0.27, 0.27, 0.73, 0.73, 0.1) +
    circle(0.5, 0.5, 0.09),
  sold: cross,
  a: circle(0.5, 0.5, 0.44),
  c: seat,
  r: "M.3 .1h.6v.6l-.2 .2h-.4a.2 .2 0 0 1-.2-.2v-.4a.2 .2 0 0 1 .2-.2zM.9 .1z",
  s: seat,
};

/** What is printed on seats of a kind, and on those that are chosen. */
export const marks = {
  tick,
  a:
    circle(0.46, 0.24, 0.075) +
    "M.41 .35h.1v.12h.15v.08h-.15v.04h.16l.09 .18-.07 .04-.07-.14h-.21z" +
    "M.37 .46a.19 .19 0 1 0 .25 .27l-.07-.04a.11 .11 0 1 1-.15-.16z",
  c: `${circle(0.5, 0.34, 0.12)}M.27 .74a.23 .23 0 0 1 .46 0z`,
  r: "M.2 .68 .68 .2 .74 .26 .26 .74z",
};

/** Returns the name of a seat's look; also of one that is chosen. */
export function look(state, isChosen) {
  if (isChosen) return "chosen";
  return state === FREE ? "free" : state === HELD ? "held" : "sold";
}

/** Returns the outline of a seat that looks like this. */
export function outline(looks, kind) {
  return looks === "free" ? shapes[kind] : shapes[looks];
}

/** Draws the samples of the legend. */
export function drawSamples(root) {
  for (const path of root.querySelectorAll("path[data-shape]")) {
    path.setAttribute("d", shapes[path.dataset.shape]);
  }
  for (const path of root.querySelectorAll("path[data-mark]")) {
    path.setAttribute("d", marks[path.dataset.mark]);
  }
}
