/**
 * Rows of seats as text, a line for each: `A ssss.ssss from 1 by 2`.
 * The server reads the same words (routes/organise/rowtext.py) and has the last one.
 */

export const LONGEST_ROW = 200; // cells
export const MOST_ROWS = 500; // of one section
const LONGEST_NAME = 40; // characters
const HIGHEST_SEAT = 99_999;
const LONGEST_STEP = 100;
const MARKS = ["from", "by", "=", "at"]; // no name ends in one, unless it stands in quotes

const NUMBER = "-?\\d+(?:\\.\\d+)?";
const LINE = new RegExp(
  `^(?:"(?<quoted>(?:[^"]|"")+)"|(?<plain>.+?)) (?<cells>[SsAaCcRr.]+|\\d{1,6})` +
    `(?: from (?<first>\\d{1,6}))?(?: by (?<step>-?\\d{1,3}))?(?: ?= ?(?<names>.+?))?` +
    `(?: at (?<x>${NUMBER}) ?, ?(?<y>${NUMBER}))?$`,
  "u",
);
const NEARLY = /^(?:"[^"]+"|.+?) (?<cells>[^\s=]+)/u;
const LETTERS = /^(?<before>.*?)(?<one>[A-Z]|[a-z])-\k<before>(?<last>[A-Za-z])$/u;
const DIGITS = /^(?<before>.*?)(?<one>\d{1,4})-\k<before>(?<last>\d{1,4})$/u;

class Wrong extends Error {}

/** Returns the rows that a text means, and a sentence for each line that cannot be read. */
export function readRows(text) {
  const rows = [];
  const wrong = [];
  const taken = new Set();
  let aisles = 0;
  text.split(/\r?\n/u).forEach((line, index) => {
    const words = line.trim().split(/\s+/u).join(" ");
    if (words === "-") aisles += rows.length > 0 ? 1 : 0;
    else if (words) {
      try {
        const found = readLine(words, taken, MOST_ROWS - rows.length);
        found[0].aisles = aisles;
        rows.push(...found);
        aisles = 0;
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        wrong.push(`Line ${index + 1}: ${error.message}`);
      }
    }
  });
  return { rows, wrong };
}

/** Returns the text that means these rows. */
export function printRows(rows) {
  return rows.flatMap((row) => [...Array(row.aisles).fill("-"), printRow(row)]).join("\n");
}

/** Returns what each seat of a row is called; "" for a gap. */
export function seatNames(row) {
  let nth = -1;
  return Array.from(row.cells, (cell) => {
    if (cell === ".") return "";
    nth += 1;
    return row.names[nth] ?? String(row.first + nth * row.step);
  });
}

/** Returns how many seats a row has. */
export function countSeats(cells) {
  return cells.length - (cells.match(/\./gu)?.length ?? 0);
}

/** Returns a name that no row has yet, and that may well follow this one: B after A, 8 after 7. */
export function nameAfter(name, taken) {
  let next = name;
  do next = increment(next);
  while (taken.has(next));
  return next;
}

function increment(name) {
  const [, before, last] = /^(.*?)(\d+|(?<![A-Za-z])(?:[A-Z]{1,2}|[a-z]))$/u.exec(name) ?? [];
  if (last === undefined) return `${name} 2`;
  if (/\d/u.test(last)) return before + (Number(last) + 1);
  const letters = Array.from(last, (letter) => parseInt(letter, 36) - 10);
  const next = letters.reduce((sum, letter) => sum * 26 + letter + 1, 0); // A is 1, Z 26, AA 27
  if (next >= 26 * 27) return `${name} 2`; // ZZ
  const [high, low] = [Math.floor(next / 26), next % 26];
  const spell = (nth) => (10 + nth).toString(36);
  const spelled = (high > 0 ? spell(high - 1) : "") + spell(low);
  return before + (last === last.toUpperCase() ? spelled.toUpperCase() : spelled);
}

function readLine(words, taken, room) {
  const found = LINE.exec(words)?.groups;
  if (!found) throw new Wrong(whatIsWrong(words));
  const row = {
    cells: readCells(found.cells),
    first: Number(found.first ?? 1),
    step: Number(found.step ?? 1),
    names: found.names ? found.names.split("/").map((name) => name.trim()) : [],
    at: found.x === undefined ? null : [Number(found.x), Number(found.y)],
    aisles: 0,
  };
  requireNumbers(row);
  return readNames(found, taken, room).map((name) => ({ ...row, name }));
}

function readCells(text) {
  const counted = /^\d+$/u.test(text);
  const count = counted ? Number(text) : text.length;
  if (count < 1 || count > LONGEST_ROW) {
    throw new Wrong(`a row has 1 to ${LONGEST_ROW} places; this one has ${count}`);
  }
  const cells = counted ? "s".repeat(count) : text.toLowerCase();
  if (!countSeats(cells)) {
    throw new Wrong("there is no seat in it; type - alone for an aisle across");
  }
  return cells;
}

function requireNumbers(row) {
  const seats = countSeats(row.cells);
  if (row.names.length > 0 && row.names.length !== seats) {
    throw new Wrong(`it has ${seats} seats, but ${row.names.length} names for them`);
  }
  if (new Set(row.names).size < row.names.length) {
    throw new Wrong("two of its seats have the same name");
  }
  if (row.names.some((name) => name.length < 1 || name.length > LONGEST_NAME)) {
    throw new Wrong(`a seat's name has 1 to ${LONGEST_NAME} characters`);
  }
  if (row.step === 0) throw new Wrong("by 0 would give all seats one number");
  if (row.first > HIGHEST_SEAT || Math.abs(row.step) > LONGEST_STEP) {
    throw new Wrong("count from 99,999 at most, by 100 at most");
  }
  if (row.first + row.step * (seats - 1) < 0) {
    throw new Wrong(`from ${row.first} by ${row.step} the numbers run below 0`);
  }
}

function readNames({ quoted, plain }, taken, room) {
  if (MARKS.includes(plain?.split(" ").at(-1))) {
    throw new Wrong("its words are in another order: A 12 from 101 by 2");
  }
  const names = quoted === undefined ? range(plain, room) : [quoted.replaceAll('""', '"')];
  if (names.length > room) throw new Wrong(`a section has ${MOST_ROWS} rows at most`);
  for (const name of names) {
    if (name.includes("/") || name.length > LONGEST_NAME) {
      throw new Wrong(`the name of a row has 1 to ${LONGEST_NAME} characters and no /`);
    }
    if (taken.has(name)) throw new Wrong(`two rows are called “${name}”`);
    taken.add(name);
  }
  return names;
}

/** Returns the names that `A-M` or `1-30` mean, one more than there is room for at most. */
function range(name, room) {
  const letters = LETTERS.exec(name)?.groups;
  const digits = DIGITS.exec(name)?.groups;
  const isCase = (text) => text === text.toLowerCase();
  const lettered = letters && isCase(letters.one) === isCase(letters.last);
  if (!lettered && !digits) return [name];
  const { before, one, last } = lettered ? letters : digits;
  const place = (end) => (lettered ? end.charCodeAt(0) : Number(end));
  const [from, to] = [place(one), place(last)];
  if (to < from) throw new Wrong(`“${name}” runs backwards`);
  const names = [];
  for (let nth = from; nth <= Math.min(to, from + room); nth += 1) {
    names.push(before + (lettered ? String.fromCharCode(nth) : nth));
  }
  return names;
}

function whatIsWrong(words) {
  const cells = NEARLY.exec(words)?.groups.cells.toLowerCase() ?? "";
  const strange = cells.replace(/^[sacr.]+|[sacr.]+$/gu, "");
  if (strange && strange !== cells) {
    return `“${strange[0]}” is no kind of place; use s, a, c, r, and . for a gap`;
  }
  return "say the name of the row, then its places, such as A ssss.ssss or A 12";
}

function printRow(row) {
  const plain = printLine(row, row.name);
  const { rows } = readRows(plain);
  const same = rows.length === 1 && rows[0].name === row.name && rows[0].cells === row.cells;
  return same ? plain : printLine(row, `"${row.name.replaceAll('"', '""')}"`);
}

function printLine(row, name) {
  const words = [name, row.cells];
  if (row.names.length === 0 && row.first !== 1) words.push("from", row.first);
  if (row.names.length === 0 && row.step !== 1) words.push("by", row.step);
  if (row.names.length > 0) words.push("=", row.names.join("/"));
  if (row.at) words.push("at", row.at.join(","));
  return words.join(" ");
}
