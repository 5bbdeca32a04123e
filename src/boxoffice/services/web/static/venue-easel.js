/** The tools around a section's grid. What they do ends up in its text, which the form sends. */

import { SeatGrid } from "./venue-grid.js";
import {
  LONGEST_ROW,
  MOST_ROWS,
  countSeats,
  nameAfter,
  printRows,
  readRows,
} from "./venue-rows.js";

const MOST_CELLS = 20_000; // painted; what is larger is typed
const MOST_UNDONE = 100;
const MOST_AISLES = 50;

export class Easel {
  /** Sets up an easel in a section's field set, from a template. `onChange` hears of changes. */
  constructor(section, template, onChange) {
    const host = section.querySelector("[data-rows]");
    this.area = host.querySelector("textarea");
    this.box = template.content.firstElementChild.cloneNode(true);
    this.onChange = onChange;
    this.undone = [];
    this.asText = this.#find("as-text");
    this.asText.append(host.querySelector(".field"));
    host.prepend(this.box);
    this.grid = new SeatGrid(this.#find("grid"), {
      onStroke: () => this.#keep(),
      onPaint: () => this.#store(),
      onMove: () => this.#fillRowTools(),
    });
    this.#listen();
    this.load();
  }

  /** The rows as they are by now. */
  get rows() {
    return this.grid.rows;
  }

  /** Shows what the text says; leaves the grid alone while a line of it cannot be read. */
  load() {
    const { rows, wrong } = readRows(this.area.value);
    const cells = rows.reduce((sum, row) => sum + row.cells.length, 0);
    const tooLarge = cells > MOST_CELLS;
    this.box.classList.toggle("easel-closed", tooLarge || rows.length === 0);
    if (wrong.length > 0 || tooLarge || rows.length === 0) this.asText.open = true;
    if (wrong.length > 0) return this.#say(wrong[0]);
    this.grid.show(tooLarge ? [] : rows);
    if (tooLarge) this.grid.rows = rows;
    if (tooLarge) this.#say("This section is too large to paint. Write its rows as text.");
    else this.#say(this.#count());
    this.onChange();
  }

  #listen() {
    this.area.addEventListener("change", () => this.load());
    this.box.addEventListener("change", (event) => this.#changed(event.target));
    this.box.addEventListener("click", (event) => this.#clicked(event.target));
    this.box.addEventListener("keydown", (event) => this.#pressed(event));
    const name = `brush-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    for (const brush of this.box.querySelectorAll("[data-brush]")) brush.name = name;
    this.grid.brush = this.box.querySelector("[data-brush]:checked").value;
  }

  #changed(input) {
    if ("brush" in input.dataset) this.grid.brush = input.value;
    if ("touch" in input.dataset) {
      this.grid.touchPaints = input.checked;
      this.grid.host.classList.toggle("paints", input.checked);
    }
    const tool = input.dataset.tool;
    if (tool) this.#change(() => this.#setRow(tool, input));
  }

  #clicked(target) {
    const press = target.closest("button")?.dataset.press;
    if (press === "undo") this.#undo();
    else if (press) this.#change(() => this.#do(press));
  }

  #pressed(event) {
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault(); // it would send the form
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const undoes = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!undoes || event.target.matches("input:not([type=radio]), textarea")) return;
    event.preventDefault();
    this.#undo();
  }

  /** Does something to the rows, shows it, and keeps how they were. */
  #change(act) {
    if (this.rows.length === 0) return;
    this.#keep();
    act();
    const { row, cell } = this.grid.at;
    this.grid.show(this.rows);
    this.grid.moveTo(row, cell, false);
    this.#store();
  }

  #setRow(tool, input) {
    const row = this.rows[this.grid.at.row];
    const number = Math.trunc(Number(input.value));
    if (tool === "name") renameRow(row, input.value, this.rows);
    if (tool === "places") resize(row, Math.min(Math.max(number, 1), LONGEST_ROW));
    if (tool === "aisles" && this.grid.at.row > 0) {
      row.aisles = Math.min(Math.max(number, 0), MOST_AISLES);
    }
    if (tool === "first" || tool === "step") renumber(row, { [tool]: number });
  }

  #do(press) {
    const { rows } = this;
    const { row: nth, cell } = this.grid.at;
    if (press === "add-row" && rows.length < MOST_ROWS) {
      const name = this.#freshName(rows[nth].name);
      rows.splice(nth + 1, 0, { ...rows[nth], name, aisles: 0, at: null });
      this.grid.at = { row: nth + 1, cell };
    }
    if (press === "remove-row" && rows.length > 1) {
      rows.splice(nth, 1);
      rows[0].aisles = 0;
      this.grid.at = { row: Math.min(nth, rows.length - 1), cell };
    }
    if (press === "number-all") {
      const { first, step } = rows[nth];
      for (const row of rows) renumber(row, { first, step });
    }
    if (press === "many") this.#addMany();
  }

  #addMany() {
    const wanted = (tool) => this.#find(`many-${tool}`).value;
    const room = MOST_ROWS - this.rows.length;
    const places = Math.min(Math.max(Math.trunc(Number(wanted("places"))), 1), LONGEST_ROW);
    let last = this.rows.at(-1).name;
    for (let nth = 0; nth < Math.min(Number(wanted("rows")), room); nth += 1) {
      last = this.#freshName(last);
      const row = { first: 1, step: 1, names: [], at: null, aisles: 0 };
      this.rows.push({ ...row, name: last, cells: "s".repeat(places) });
    }
  }

  #freshName(name) {
    return nameAfter(name, new Set(this.rows.map((row) => row.name)));
  }

  #keep() {
    this.undone.push(this.area.value);
    if (this.undone.length > MOST_UNDONE) this.undone.shift();
    this.#find("undo").disabled = false;
  }

  #undo() {
    const before = this.undone.pop();
    this.#find("undo").disabled = this.undone.length === 0;
    if (before === undefined) return;
    this.area.value = before;
    this.load();
  }

  #store() {
    this.area.value = printRows(this.rows);
    this.#fillRowTools();
    this.#say(this.#count());
    this.onChange();
  }

  #fillRowTools() {
    const row = this.rows[this.grid.at.row];
    if (!row) return;
    const { name, first, step, aisles } = row;
    const values = { name, places: row.cells.length, first, step, aisles };
    for (const [tool, value] of Object.entries(values)) {
      this.box.querySelector(`[data-tool="${tool}"]`).value = value;
    }
    this.box.querySelector('[data-tool="aisles"]').disabled = this.grid.at.row === 0;
  }

  #count() {
    const seats = this.rows.reduce((sum, row) => sum + countSeats(row.cells), 0);
    const rows = this.rows.length;
    return `${rows} row${rows === 1 ? "" : "s"}, ${seats.toLocaleString("en")} seats`;
  }

  #say(sentence) {
    this.#find("said").textContent = sentence;
  }

  #find(part) {
    return this.box.querySelector(`[data-part="${part}"]`);
  }
}

function renameRow(row, text, rows) {
  const name = text.replaceAll("/", "").trim().slice(0, 40);
  if (name && !rows.some((other) => other !== row && other.name === name)) row.name = name;
}

/** Makes a row longer by seats, or shorter, at its right end. */
function resize(row, places) {
  const kept = row.cells.slice(0, places).padEnd(places, "s");
  row.cells = countSeats(kept) > 0 ? kept : `${kept.slice(1)}s`;
  if (row.names.length > 0) {
    row.names = row.names.slice(0, countSeats(row.cells));
    while (row.names.length < countSeats(row.cells)) {
      row.names.push(nameAfter(row.names.at(-1), new Set(row.names)));
    }
  }
}

function renumber(row, { first = row.first, step = row.step }) {
  const last = first + step * (countSeats(row.cells) - 1);
  const possible = Number.isFinite(last) && step !== 0 && Math.abs(step) <= 100;
  if (!possible || Math.min(first, last) < 0) return;
  Object.assign(row, { first, step, names: [] });
}
