/** The places of a section in a grid that is painted: by clicks, by dragging, with the keyboard. */

import { countSeats, nameAfter, seatNames } from "./venue-rows.js";

export const KINDS = {
  s: "seat",
  a: "accessible seat",
  c: "companion seat",
  r: "restricted view",
  ".": "gap",
};
const GAP = ".";
const PAGE_ROWS = 10; // that Page Down passes
const FINGER_STEP = 8; // pixels: a fast hand skips no place between two of its positions

export class SeatGrid {
  /** `onStroke` is told before rows are painted, `onPaint` after, `onMove` of another place. */
  constructor(host, { onStroke, onPaint, onMove }) {
    this.host = host;
    this.rows = [];
    this.at = { row: 0, cell: 0 };
    this.brush = GAP;
    this.touchPaints = false;
    this.stroke = null;
    Object.assign(this, { onStroke, onPaint, onMove });
    host.addEventListener("pointerdown", (event) => this.begin(event));
    host.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) host.addEventListener(end, () => this.end());
    host.addEventListener("click", (event) => this.tap(event));
    host.addEventListener("keydown", (event) => this.press(event));
    host.addEventListener("focusin", (event) => this.enter(event.target));
  }

  /** Shows rows, all anew. */
  show(rows) {
    this.rows = rows;
    this.#widen();
    this.host.replaceChildren(...rows.map((row, nth) => this.#build(row, nth)));
    this.moveTo(this.at.row, this.at.cell, false);
  }

  /** Makes a place the current one; the nearest there is. */
  moveTo(row, cell, focus = true) {
    if (this.rows.length === 0) return;
    this.#element(this.at)?.setAttribute("tabindex", "-1");
    this.host.children[this.at.row]?.removeAttribute("data-current");
    const nth = clamp(row, this.rows.length);
    this.at = { row: nth, cell: clamp(cell, this.rows[nth].cells.length) };
    const element = this.#element(this.at);
    element.setAttribute("tabindex", "0");
    element.setAttribute("aria-label", this.label(this.at));
    this.host.children[nth].setAttribute("data-current", "");
    if (focus) element.focus({ preventScroll: true });
    if (focus) element.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.onMove(this.at);
  }

  /** Returns what a place is, in words. */
  label({ row, cell }) {
    const { name, cells } = this.rows[row];
    const seat = seatNames(this.rows[row])[cell];
    return `Row ${name}, ${seat ? `${seat}: ${KINDS[cells[cell]]}` : `gap at place ${cell + 1}`}`;
  }

  enter(target) {
    const place = this.#place(target);
    if (place && (place.row !== this.at.row || place.cell !== this.at.cell)) {
      this.moveTo(place.row, place.cell, false);
    }
  }

  begin(event) {
    const place = this.#place(event.target);
    const scrolls = event.pointerType === "touch" && !this.touchPaints;
    if (!place || event.button !== 0 || scrolls) return;
    event.preventDefault();
    this.host.setPointerCapture(event.pointerId);
    this.moveTo(place.row, place.cell);
    this.onStroke();
    this.stroke = { kind: this.#strokeOf(place), x: event.clientX, y: event.clientY };
    this.#paint(place, this.stroke.kind);
  }

  go(event) {
    if (!this.stroke) return;
    const { x, y } = this.stroke;
    const [right, down] = [event.clientX - x, event.clientY - y];
    const steps = Math.max(1, Math.ceil(Math.hypot(right, down) / FINGER_STEP));
    for (let nth = 1; nth <= steps; nth += 1) {
      const under = document.elementFromPoint(x + (right * nth) / steps, y + (down * nth) / steps);
      const place = this.#place(under);
      if (place) this.#paint(place, this.stroke.kind);
    }
    Object.assign(this.stroke, { x: event.clientX, y: event.clientY });
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.onPaint();
  }

  tap(event) {
    const place = this.#place(event.target);
    if (!place || event.pointerType !== "touch" || this.touchPaints) return;
    this.moveTo(place.row, place.cell);
    this.#dab(place, this.#strokeOf(place));
  }

  press(event) {
    const meansMore = event.ctrlKey || event.altKey || event.metaKey;
    if (!this.#place(event.target) || meansMore) return this.leap(event);
    const { row, cell } = this.at;
    const key = event.key.toLowerCase();
    const across = { arrowleft: -1, arrowright: 1 }[key];
    const down = { arrowup: -1, arrowdown: 1, pageup: -PAGE_ROWS, pagedown: PAGE_ROWS }[key];
    if (across) this.#step(event, row, cell + across);
    else if (down) this.#step(event, row + down, this.#below(row, cell, row + down));
    else if (key === "home") this.moveTo(row, 0);
    else if (key === "end") this.moveTo(row, Infinity);
    else if (key === " " || key === "enter") this.#dab(this.at, this.#strokeOf(this.at));
    else if (key in KINDS) this.#type(key);
    else return;
    event.preventDefault();
  }

  leap(event) {
    if (!event.ctrlKey || !["Home", "End"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Home") this.moveTo(0, 0);
    else this.moveTo(Infinity, Infinity);
  }

  /** Moves on; with Shift, paints on the way. */
  #step(event, row, cell) {
    if (event.shiftKey) {
      this.onStroke();
      this.#paint(this.at, this.brush);
    }
    this.moveTo(row, cell);
    if (!event.shiftKey) return;
    this.#paint(this.at, this.brush);
    this.onPaint();
  }

  #type(kind) {
    this.#dab(this.at, kind);
    this.moveTo(this.at.row, this.at.cell + 1);
  }

  #dab(place, kind) {
    this.onStroke();
    this.#paint(place, kind);
    this.onPaint();
  }

  /** Returns what a stroke that begins here paints: the brush, or what takes the brush away. */
  #strokeOf({ row, cell }) {
    if (this.rows[row].cells[cell] !== this.brush) return this.brush;
    return this.brush === GAP ? "s" : GAP;
  }

  #paint({ row: nth, cell }, kind) {
    const row = this.rows[nth];
    if (row.cells[cell] === kind) return;
    const cells = row.cells.slice(0, cell) + kind + row.cells.slice(cell + 1);
    if (countSeats(cells) === 0) return; // a row without a seat is none
    rename(row, cell, kind);
    row.cells = cells;
    this.#dress(this.host.children[nth], row);
    if (nth === this.at.row) this.#element(this.at).setAttribute("aria-label", this.label(this.at));
  }

  #below(row, cell, next) {
    const to = this.rows[clamp(next, this.rows.length)].cells.length;
    return Math.round(cell + (to - this.rows[row].cells.length) / 2); // rows are centred
  }

  /** Makes all rows as wide as the longest, so that each is in the middle of the same. */
  #widen() {
    const lengths = this.rows.map((row) => row.cells.length);
    this.host.style.setProperty("--widest", Math.max(1, ...lengths));
  }

  #build(row, nth) {
    const element = make("div", "grid-row", "row");
    element.dataset.row = nth;
    element.append(make("span", "grid-name", "rowheader"));
    element.append(make("span", "grid-cells", "presentation"));
    this.#dress(element, row);
    return element;
  }

  #dress(element, row) {
    const [name, cells] = element.children;
    name.textContent = row.name;
    element.toggleAttribute("data-aisles", row.aisles > 0);
    element.style.marginBlockStart = row.aisles > 0 ? `calc(${row.aisles} * var(--place))` : "";
    while (cells.childElementCount > row.cells.length) cells.lastChild.remove();
    while (cells.childElementCount < row.cells.length) cells.append(makeCell());
    const names = seatNames(row);
    Array.from(cells.children).forEach((cell, nth) => dressCell(cell, row.cells[nth], names[nth]));
  }

  #place(element) {
    const cell = element?.closest?.(".cell");
    if (!cell || !this.host.contains(cell)) return null;
    const row = Number(cell.closest(".grid-row").dataset.row);
    return { row, cell: Array.prototype.indexOf.call(cell.parentElement.children, cell) };
  }

  #element({ row, cell }) {
    return this.host.children[row]?.children[1].children[cell];
  }
}

function makeCell() {
  const cell = make("span", "cell", "gridcell");
  cell.setAttribute("tabindex", "-1");
  return cell;
}

function dressCell(cell, kind, name) {
  const look = `cell seat-${kind === GAP ? "gap" : kind}`;
  if (cell.className !== look) cell.className = look;
  if (cell.textContent !== name) cell.textContent = name;
}

/** Keeps the names of a row that has some in step with its seats. */
function rename(row, cell, kind) {
  if (row.names.length === 0) return;
  const before = countSeats(row.cells.slice(0, cell));
  const was = row.cells[cell] !== GAP;
  if (was && kind === GAP) row.names.splice(before, 1);
  if (was || kind === GAP) return;
  row.names.splice(before, 0, nameAfter(row.names[before - 1] ?? "0", new Set(row.names)));
}

function make(tag, className, role) {
  const element = document.createElement(tag);
  element.className = className;
  element.setAttribute("role", role);
  return element;
}

function clamp(index, length) {
  return Math.min(Math.max(index, 0), length - 1);
}
