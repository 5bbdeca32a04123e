/** Paints the house from afar: a canvas, since no element could stand for each of so many seats. */

import { FREE, placeOf } from "./seats-house.js";

const APART = 4; // pixels of a seat from which on seats are painted one by one
const GAP = 0.14; // of a seat's width, between seats

export function makeFar(canvas, house, colours) {
  const brush = canvas.getContext("2d");
  let size = "";

  function resize(width, height) {
    const ratio = Math.min(devicePixelRatio, 2);
    const wanted = `${width} ${height} ${ratio}`;
    if (wanted === size) return;
    size = wanted;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  function paint(view, choice) {
    resize(view.width, view.height);
    brush.clearRect(0, 0, view.width, view.height);
    const seen = house.rows.filter((row) => isSeen(row, view));
    for (const row of seen) paintTaken(row, view);
    for (const row of seen) paintFree(row, view);
    brush.fillStyle = colours.ink();
    for (const number of choice.numbers()) paintChosen(number, view);
  }

  function paintTaken(row, view) {
    brush.fillStyle = view.scale < APART ? colours.faint() : colours.taken();
    const inset = view.scale < APART ? 0 : 0.32 * view.scale;
    eachRun(row, (number) => house.states[number] !== FREE, view, (x, y, length) => {
      brush.fillRect(x + inset, y + inset, length - 2 * inset, view.scale - 2 * inset || 1);
    });
  }

  function paintFree(row, view) {
    brush.fillStyle = colours.of(row.section.price);
    const inset = view.scale < APART ? 0 : (GAP / 2) * view.scale;
    eachRun(row, (number) => house.states[number] === FREE, view, (x, y, length) => {
      brush.fillRect(x + inset, y + inset, length - 2 * inset, view.scale - 2 * inset);
    });
  }

  function paintChosen(number, view) {
    const { x, y } = placeOf(house, number);
    const at = view.toScreen(x + 0.5, y + 0.5);
    brush.beginPath();
    brush.arc(at.x, at.y, Math.max(view.scale * 0.7, 5), 0, 2 * Math.PI);
    brush.fill();
  }

  return { paint, clear: () => brush.clearRect(0, 0, canvas.width, canvas.height) };
}

/** Calls back for each run of such seats side by side; for each single one where they are apart. */
function eachRun(row, isMeant, view, paint) {
  const longest = view.scale < APART ? Infinity : 1;
  const y = row.y * view.scale + view.y;
  let begun = -1;
  let last = -2;
  const end = () => {
    if (begun < 0) return;
    paint((row.x + begun) * view.scale + view.x, y, (last - begun + 1) * view.scale);
    begun = -1;
  };
  row.places.forEach((cell, nth) => {
    if (cell !== last + 1 || cell - begun >= longest) end();
    if (!isMeant(row.start + nth)) return end();
    if (begun < 0) begun = cell;
    last = cell;
  });
  end();
}

export function isSeen(row, view, margin = 0) {
  const left = row.x * view.scale + view.x;
  const top = row.y * view.scale + view.y;
  const right = left + row.cells.length * view.scale;
  return (
    right > -margin &&
    left < view.width + margin &&
    top + view.scale > -margin &&
    top < view.height + margin
  );
}
