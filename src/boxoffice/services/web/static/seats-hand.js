/** What a hand does to the plan: drag, pinch, turn the wheel, point, press. */

const SLACK = 6; // pixels that a finger may slip and still press
const WHEEL = 0.0022; // of a zoom, for each pixel that a wheel turns

/** `does` is told `grab`, `pan`, `zoom`, `press`, `point` and `leave`; it says if it `isWhole`. */
export function watchHand(frame, does) {
  const fingers = new Map();
  let moved = 0;

  const at = (event) => {
    const { left, top } = frame.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  function down(event) {
    if (event.button !== 0) return;
    if (fingers.size === 0) moved = 0;
    fingers.set(event.pointerId, at(event));
    does.grab();
  }

  function move(event) {
    const before = fingers.get(event.pointerId);
    const now = at(event);
    if (!before) return event.pointerType === "mouse" && does.point(now, event.target);
    const old = spread(fingers);
    fingers.set(event.pointerId, now);
    const fresh = spread(fingers);
    moved += Math.hypot(fresh.x - old.x, fresh.y - old.y) + Math.abs(fresh.wide - old.wide);
    if (moved <= SLACK) return;
    if (!frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId);
    does.pan(fresh.x - old.x, fresh.y - old.y);
    if (fingers.size > 1 && old.wide > 0) does.zoom(fresh.wide / old.wide, fresh);
  }

  function up(event) {
    fingers.delete(event.pointerId);
  }

  function press(event) {
    if (event.detail > 0 && moved > SLACK) return; // the end of a drag
    does.press(at(event), event);
  }

  function wheel(event) {
    const isMeant = event.ctrlKey || event.metaKey || frame.matches(":focus-within");
    if (!(isMeant || !does.isWhole()) || (does.isWhole() && event.deltaY > 0)) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 20 : event.deltaY;
    does.zoom(Math.exp(-pixels * WHEEL * (event.ctrlKey ? 4 : 1)), at(event));
  }

  frame.addEventListener("pointerdown", down);
  frame.addEventListener("pointermove", move);
  frame.addEventListener("pointerup", up);
  frame.addEventListener("pointercancel", up);
  frame.addEventListener("pointerleave", () => does.leave());
  frame.addEventListener("click", press);
  frame.addEventListener("wheel", wheel, { passive: false });
}

/** Returns the middle of all fingers, and how far they are apart. */
function spread(fingers) {
  const all = [...fingers.values()];
  const x = all.reduce((sum, each) => sum + each.x, 0) / all.length;
  const y = all.reduce((sum, each) => sum + each.y, 0) / all.length;
  return { x, y, wide: all.length > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0 };
}
