/** The window onto the plan: how many pixels a seat is wide, and where the plan's corner is. */

const LARGEST = 56; // pixels of a seat: a thumb's width, and its number is easy to read
const MARGIN = 20; // pixels around the whole house
const TRAVEL = 220; // milliseconds from here to there: to see where one goes, without waiting

export function makeView(box) {
  const view = { scale: 1, x: 0, y: 0, width: 1, height: 1, least: 1, most: LARGEST };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let journey = 0;

  function resize(width, height) {
    const wasWhole = isWhole();
    Object.assign(view, { width, height });
    const across = (width - 2 * MARGIN) / box.width;
    const down = (height - 2 * MARGIN) / box.height;
    view.least = Math.min(across, down, LARGEST);
    if (wasWhole) place(whole());
    else clamp();
  }

  function isWhole() {
    return view.scale <= view.least * 1.01;
  }

  function whole() {
    return around(box.x + box.width / 2, box.y + box.height / 2, view.least);
  }

  /** Returns the view that has a point of the plan in its middle. */
  function around(x, y, scale) {
    return { scale, x: view.width / 2 - x * scale, y: view.height / 2 - y * scale };
  }

  function place(target) {
    Object.assign(view, target);
    clamp();
  }

  /** Keeps the plan in the window: in the middle where it is smaller, else without a void. */
  function clamp() {
    view.scale = Math.min(Math.max(view.scale, view.least), view.most);
    view.x = within(view.x, box.x * view.scale, box.width * view.scale, view.width);
    view.y = within(view.y, box.y * view.scale, box.height * view.scale, view.height);
  }

  function zoom(factor, px = view.width / 2, py = view.height / 2) {
    const scale = Math.min(Math.max(view.scale * factor, view.least), view.most);
    const ratio = scale / view.scale;
    return { scale, x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio };
  }

  /** Goes to a view; `step` is called for each picture on the way. */
  function travel(target, step) {
    const from = { scale: view.scale, x: view.x, y: view.y };
    const begun = performance.now();
    cancelAnimationFrame(journey);
    function go(now) {
      const part = calm.matches ? 1 : Math.min(Math.max((now - begun) / TRAVEL, 0), 1);
      place(between(from, target, 1 - (1 - part) ** 3));
      step();
      if (part < 1) journey = requestAnimationFrame(go);
    }
    go(begun);
    if (calm.matches) return;
    journey = requestAnimationFrame(go);
  }

  return Object.assign(view, {
    resize,
    isWhole,
    whole,
    around,
    zoom,
    place,
    travel,
    stop: () => cancelAnimationFrame(journey),
    toPlan: (px, py) => ({ x: (px - view.x) / view.scale, y: (py - view.y) / view.scale }),
    toScreen: (x, y) => ({ x: x * view.scale + view.x, y: y * view.scale + view.y }),
  });
}

function within(offset, start, size, room) {
  const least = room - MARGIN - start - size;
  const most = MARGIN - start;
  return least > most ? (least + most) / 2 : Math.min(Math.max(offset, least), most);
}

function between(from, to, part) {
  const mixed = {};
  for (const key of ["scale", "x", "y"]) mixed[key] = from[key] + (to[key] - from[key]) * part;
  return mixed;
}
