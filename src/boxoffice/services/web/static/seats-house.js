/** A house: its sections, its rows, and a number for each seat, by which all else speaks. */

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
const GAP = ".";

/** Returns the house of a performance, as the API tells it; nothing is known to be free yet. */
export function readHouse({ sections }) {
  const house = { sections: [], rows: [], seats: 0, named: new Map() };
  for (const told of sections) addSection(house, told);
  house.states = new Uint8Array(house.seats).fill(SOLD);
  return house;
}

function addSection(house, told) {
  const { name, price, capacity, x, y, width, height } = told;
  const section = { name, price, capacity, x, y, width, height, free: 0 };
  Object.assign(section, { standing: told.kind === "standing", rows: [], named: new Map() });
  for (const row of section.standing ? [] : told.rows) addRow(house, section, row);
  house.sections.push(section);
  house.named.set(name, section);
}

function addRow(house, section, { name, x, y, cells, names, first, step }) {
  const places = [...cells].flatMap((letter, cell) => (letter === GAP ? [] : [cell]));
  const row = { section, name, x, y, cells, places, names, first, step, start: house.seats };
  row.index = house.rows.length;
  house.seats += places.length;
  house.rows.push(row);
  section.rows.push(row);
  section.named.set(name, row);
}

export function rowOf(house, number) {
  let low = 0;
  let high = house.rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (house.rows[middle].start <= number) low = middle;
    else high = middle - 1;
  }
  return house.rows[low];
}

/** Returns where a seat is, in widths of a seat, and what kind of cell it is. */
export function placeOf(house, number) {
  const row = rowOf(house, number);
  const cell = row.places[number - row.start];
  return { row, x: row.x + cell, y: row.y, kind: row.cells[cell] };
}

export function nameOf(row, nth) {
  return row.names?.length ? row.names[nth] : String(row.first + nth * row.step);
}

export function labelOf(house, number) {
  const row = rowOf(house, number);
  return `${row.section.name}/${row.name}/${nameOf(row, number - row.start)}`;
}

/** Returns the number of the seat with this label; -1 when there is none. */
export function numberOf(house, label) {
  const [section, name, seat] = label.split("/");
  const row = house.named.get(section)?.named.get(name);
  const nth = row ? nthOf(row, seat) : -1;
  return nth < 0 ? -1 : row.start + nth;
}

function nthOf(row, seat) {
  if (row.names?.length) return row.names.indexOf(seat);
  const nth = (Number(seat) - row.first) / row.step;
  return Number.isInteger(nth) && nth >= 0 && nth < row.places.length ? nth : -1;
}

/** Returns the number of the seat that is at a point of the plan; -1 where there is none. */
export function seatAt(house, x, y) {
  const row = house.rows.find((each) => y >= each.y && y < each.y + 1 && isWithin(each, x));
  const nth = row ? row.places.indexOf(Math.floor(x - row.x)) : -1;
  return nth < 0 ? -1 : row.start + nth;
}

export function sectionAt(house, x, y) {
  return house.sections.find(
    (each) => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
  );
}

function isWithin(row, x) {
  return x >= row.x && x < row.x + row.cells.length;
}

/** Takes what the API says of every cell; returns the seats that changed. */
export function takeRows(house, told) {
  const changed = [];
  for (const { name, free, rows } of told.sections) {
    const section = house.named.get(name);
    section.free = free;
    section.rows.forEach((row, index) => takeRow(house, row, rows[index], changed));
  }
  return changed;
}

function takeRow(house, row, text, changed) {
  row.places.forEach((cell, nth) => {
    const state = Number(text[cell]);
    if (house.states[row.start + nth] === state) return;
    house.states[row.start + nth] = state;
    changed.push(row.start + nth);
  });
}

/** Takes labels of seats that were taken and freed; returns the seats that changed. */
export function takeNews(house, { taken = [], freed = [] }) {
  return [
    ...taken.flatMap((label) => setState(house, label, HELD)),
    ...freed.flatMap((label) => setState(house, label, FREE)),
  ];
}

/** Takes the labels of all that is not free; returns the seats that changed. */
export function takeAll(house, { taken }) {
  const isTaken = new Uint8Array(house.seats);
  const standing = new Map(house.sections.map((each) => [each.name, each.capacity]));
  for (const label of taken) {
    const number = numberOf(house, label);
    if (number >= 0) isTaken[number] = 1;
    else countDown(standing, label);
  }
  for (const each of house.sections) if (each.standing) each.free = standing.get(each.name);
  const changed = [];
  isTaken.forEach((is, number) => {
    if (is === Number(house.states[number] === FREE)) {
      change(house, number, is ? HELD : FREE);
      changed.push(number);
    }
  });
  return changed;
}

function countDown(standing, label) {
  const [name] = label.split("/");
  standing.set(name, standing.get(name) - 1);
}

function setState(house, label, state) {
  const number = numberOf(house, label);
  if (number < 0) {
    stand(house, label, state);
    return [];
  }
  if ((house.states[number] === FREE) === (state === FREE)) return [];
  change(house, number, state);
  return [number];
}

function change(house, number, state) {
  house.states[number] = state;
  rowOf(house, number).section.free += state === FREE ? 1 : -1;
}

function stand(house, label, state) {
  const section = house.named.get(label.split("/")[0]);
  if (section) section.free += state === FREE ? 1 : -1;
}
