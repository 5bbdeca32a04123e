/** What stays where it is on the plan: the stage, the floor of each section, and its name. */

import { marks } from "./seats-shapes.js";

const SVG = "http://www.w3.org/2000/svg";
const STAGE = 0.42; // of the house's width
const AROUND = 0.5; // widths of a seat, from a section's seats to the edge of its floor
const STAGE_DEPTH = 0.11; // of its width
const ASIDE = 2; // widths of a seat, for the names of rows
const NAME = { least: 13, size: 0.6 }; // pixels and widths of a seat, of a section's name

export function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function written(name, text, attributes) {
  const made = element("text", { class: name, ...attributes });
  made.textContent = text;
  return made;
}

/** Returns what is to be in sight when all is. */
export function boxOf({ sections }) {
  const x = Math.min(...sections.map((each) => each.x)) - ASIDE;
  const right = Math.max(...sections.map((each) => each.x + each.width)) + ASIDE;
  const y = Math.min(2, ...sections.map((each) => each.y)) - 2 - stageDepth(right - x);
  const bottom = Math.max(...sections.map((each) => each.y + each.height)) + 1;
  return { x, y, width: right - x, height: bottom - y };
}

/** Draws it: floors on the `ground`, names above; rows go into `seats`, between the two. */
export function drawScene(ground, above, house) {
  const [floors, seats, names] = ["floors", "seats", "names"].map(group);
  const ring = drawRing();
  floors.append(...drawStage(boxOf(house)), ...house.sections.map(drawFloor));
  const ticks = group("ticks");
  names.append(...house.sections.filter((each) => !each.standing).map(drawName), ticks, ring);
  names.setAttribute("aria-hidden", true);
  ground.append(floors);
  above.append(seats, names);

  return {
    seats,

    /** Puts all of it where the window has it. */
    place({ x, y, scale }, isNear) {
      for (const part of [floors, seats, names]) {
        part.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
      }
      names.setAttribute("font-size", Math.max(NAME.least / scale, NAME.size));
      names.classList.toggle("names-far", !isNear);
    },

    /** Puts a tick on these places alone. */
    tick(places) {
      ticks.replaceChildren(...places.map(drawTick));
    },

    /** Puts the ring of the keyboard's focus around a place, or away. */
    ring(place) {
      ring.classList.toggle("seat-ring-on", Boolean(place));
      if (place) ring.setAttribute("transform", `translate(${place.x} ${place.y})`);
    },
  };
}

function stageDepth(width) {
  return Math.max(1.6, width * STAGE * STAGE_DEPTH);
}

function drawStage(box) {
  const middle = box.x + box.width / 2;
  const half = (box.width * STAGE) / 2;
  const deep = stageDepth(box.width);
  const slant = deep * 0.45;
  const front = box.y + deep - slant;
  const d =
    `M${middle - half} ${box.y}H${middle + half}L${middle + half - slant} ${front}` +
    `Q${middle} ${front + 1.5 * slant} ${middle - half + slant} ${front}z`;
  const size = { "font-size": deep * 0.5 };
  return [
    element("path", { class: "stage", d }),
    written("stage-name", "Stage", { x: middle, y: box.y + deep * 0.45, ...size }),
  ];
}

function drawFloor(section) {
  return element("rect", {
    class: section.standing ? `floor floor-standing ${section.paper}` : "floor",
    x: section.x - AROUND,
    y: section.y - AROUND / 2,
    width: section.width + 2 * AROUND,
    height: section.height + AROUND,
    rx: 0.6,
  });
}

function group(name) {
  return element("g", { class: name });
}

function drawRing() {
  const [at, size] = [-0.06, 1.12];
  return element("rect", { class: "seat-ring", x: at, y: at, width: size, height: size, rx: 0.28 });
}

function drawTick({ x, y }) {
  return element("path", { class: "seat-tick", d: marks.tick, transform: `translate(${x} ${y})` });
}

function drawName(section) {
  const middle = section.x + section.width / 2;
  return written("section-name", section.name, { x: middle, y: section.y - 0.8 });
}
