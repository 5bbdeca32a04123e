/** The plan beside the form: where every section stands, drawn anew as the sections change. */

import { countSeats } from "./venue-rows.js";

const SVG = "http://www.w3.org/2000/svg";
const BEFORE_STAGE = 2; // widths of a seat, as all measures here; see routes/organise/plan.py
const BETWEEN = 2;
const STANDING_AREA = 2; // squares of a seat's width that somebody who stands has
const [NARROWEST, WIDEST] = [10, 100]; // of a standing section
const SHALLOWEST = 3;
const MARGIN = 1.5;
const STAGE_DEPTH = 1.6;
const LEAST_WIDTH = 16; // of the picture
const SEAT = 0.84; // of its place
const FINEST = 10_000; // seats drawn one by one; of a larger house, neighbours become one bar
const KINDS = ["s", "a", "c", "r"];

/** Draws sections: `{name, rows, capacity, x, y, width, depth}`, null where the plan decides. */
export function drawPlan(svg, sections) {
  if (sections.length === 0) return svg.replaceChildren();
  const boxes = layOut(sections);
  const rows = sections.flatMap((one) => one.rows);
  const fine = rows.reduce((sum, row) => sum + countSeats(row.cells), 0) <= FINEST;
  const parts = sections.map((section, nth) => part(section, boxes[nth], fine));
  const left = Math.min(...parts.map((one) => one.x));
  const right = Math.max(...parts.map((one) => one.x + one.width));
  const width = Math.max(right - left, LEAST_WIDTH);
  const middle = (left + right) / 2;
  const top = Math.min(-STAGE_DEPTH, ...parts.map((one) => one.y)) - MARGIN;
  const bottom = Math.max(...parts.map((one) => one.y + one.depth)) + MARGIN;
  const view = [middle - width / 2 - MARGIN, top, width + 2 * MARGIN, bottom - top];
  svg.setAttribute("viewBox", view.join(" "));
  const shape = bar(middle - width * 0.3, -STAGE_DEPTH, width * 0.6, 1);
  const stage = draw("path", "plan-stage", { d: shape });
  const name = draw("text", "plan-stage-name", { x: middle, y: -STAGE_DEPTH + 0.78 });
  name.textContent = "Stage";
  svg.replaceChildren(stage, name, ...parts.flatMap(shapes));
}

function layOut(sections) {
  const widest = Math.max(...sections.map(leastWidth));
  let end = BEFORE_STAGE - BETWEEN;
  return sections.map((section) => {
    const box = boxOf(section, widest, end);
    end = Math.max(end, box.y + box.depth);
    return box;
  });
}

function leastWidth({ rows, width, capacity }) {
  if (rows.length > 0) return Math.max(...rows.map((row) => row.cells.length));
  const square = Math.ceil(Math.sqrt(capacity * STANDING_AREA));
  return width ?? Math.min(Math.max(square, NARROWEST), WIDEST);
}

function boxOf(section, widest, end) {
  let width = leastWidth(section);
  let depth = section.rows.reduce((sum, row) => sum + 1 + row.aisles, 0);
  if (section.rows.length === 0) {
    width = section.width ?? Math.max(width, widest);
    const people = Math.ceil((section.capacity * STANDING_AREA) / width);
    depth = section.depth ?? Math.max(SHALLOWEST, people);
  }
  return { x: section.x ?? (widest - width) / 2, y: section.y ?? end + BETWEEN, width, depth };
}

function part(section, box, fine) {
  if (section.rows.length === 0) return { name: section.name, floor: true, outlines: {}, ...box };
  let { y } = box;
  const rows = section.rows.map((row) => {
    y += row.aisles;
    const [atX, atY] = row.at ?? [box.x + (box.width - row.cells.length) / 2, y];
    y += 1;
    return { cells: row.cells, x: atX, y: atY };
  });
  const [x, top] = [Math.min(...rows.map((row) => row.x)), Math.min(...rows.map((row) => row.y))];
  return {
    name: section.name,
    floor: false,
    x,
    y: top,
    width: Math.max(...rows.map((row) => row.x + row.cells.length)) - x,
    depth: Math.max(...rows.map((row) => row.y)) + 1 - top,
    outlines: Object.fromEntries(KINDS.map((kind) => [kind, outline(kind, rows, fine)])),
  };
}

function outline(kind, rows, fine) {
  const air = (1 - SEAT) / 2;
  const runs = new RegExp(fine ? kind : `${kind}+`, "gu");
  return rows
    .flatMap(({ cells, x, y }) =>
      Array.from(cells.matchAll(runs), ({ index, 0: run }) =>
        bar(x + index + air, y + air, run.length - 2 * air, SEAT),
      ),
    )
    .join("");
}

function bar(x, y, width, depth) {
  return `M${+x.toFixed(2)} ${+y.toFixed(2)}h${+width.toFixed(2)}v${depth}h${-width.toFixed(2)}z`;
}

function shapes({ name, x, y, width, depth, floor, outlines }) {
  const drawn = Object.entries(outlines)
    .filter(([, d]) => d)
    .map(([kind, d]) => draw("path", `plan-seat seat-${kind}`, { d }));
  if (floor) drawn.push(draw("rect", "plan-floor", { x, y, width, height: depth, rx: 0.4 }));
  const label = draw("text", "plan-name", { x: x + width / 2, y: floor ? y + 1.9 : y - 0.5 });
  label.textContent = name;
  return [...drawn, label];
}

function draw(shape, className, attributes) {
  const element = document.createElementNS(SVG, shape);
  element.setAttribute("class", className);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
