/** Moves the map and means seats on it, by hand and by keyboard. */

import { placeOf, rowOf, seatAt, sectionAt } from "./seats-house.js";
import { watchHand } from "./seats-hand.js";
import { isArrow, nextSeat, nextSection } from "./seats-keys.js";

const FINGER = 24; // pixels of a seat that a finger meets; before that it brings one nearer
const CLOSE = 30; // pixels of a seat after that
const TOWARDS = 2.5; // of a zoom, where one presses beside all sections

/** `does` is told which seat is meant (`toggle`), and which section one stands in (`stand`). */
export function steer(plan, does) {
  const { frame, tools, view } = plan;
  watchHand(frame.querySelector("[data-window]"), byHand(plan, does));
  frame.addEventListener("keydown", (event) => keydown(plan, does, event));
  frame.addEventListener("focusin", (event) => focused(plan, event.target));
  frame.addEventListener("focusout", () => focused(plan, null));
  tools.nearer.addEventListener("click", () => plan.nearer());
  tools.further.addEventListener("click", () => plan.further());
  tools.whole.addEventListener("click", () => plan.showAll());
  addEventListener("blur", () => view.stop());
}

function byHand(plan, does) {
  const { view } = plan;
  return {
    isWhole: view.isWhole,
    grab() {
      view.stop();
      plan.tip.hide();
    },
    leave: () => plan.tip.hide(),
    pan(dx, dy) {
      view.place({ x: view.x + dx, y: view.y + dy });
      plan.later();
    },
    zoom(factor, at) {
      view.stop();
      view.place(view.zoom(factor, at.x, at.y));
      plan.later();
    },
    point: (at) => point(plan, at),
    press: (at, event) => press(plan, does, at, event),
  };
}

function point(plan, at) {
  const spot = plan.view.toPlan(at.x, at.y);
  const number = plan.isNear ? seatAt(plan.house, spot.x, spot.y) : -1;
  plan.frame.classList.toggle("plan-over", number >= 0 && plan.isFree(number));
  if (number < 0) plan.tip.hide();
  else plan.tip.show(number);
}

function press(plan, does, at, event) {
  const chip = event.target.closest("[data-section]");
  const spot = plan.view.toPlan(at.x, at.y);
  const section = chip ? plan.blocks.sectionOf(chip) : sectionAt(plan.house, spot.x, spot.y);
  if (section?.standing) does.stand(section);
  else if (chip && event.detail === 0) plan.enter(section); // pressed by keyboard
  else if (plan.isNear) pressSeat(plan, does, spot, event);
  else if (section) approach(plan, section, chip ? middleOf(section) : spot, event);
  else plan.zoomBy(TOWARDS, at);
}

function approach(plan, section, spot, event) {
  if (isFinger(event)) plan.approach(section, spot, CLOSE);
  else plan.approach(section, spot);
}

function pressSeat(plan, does, spot, event) {
  const named = event.target.closest("[data-seat]")?.dataset.seat;
  const number = named ? Number(named) : seatAt(plan.house, spot.x, spot.y);
  if (number < 0) return;
  if (isFinger(event) && plan.view.scale < FINGER) return plan.goTo(spot.x, spot.y, CLOSE);
  plan.cursor = number;
  plan.placeStop();
  does.toggle(number);
  if (isFinger(event)) plan.tip.glimpse(number);
}

function isFinger({ pointerType }) {
  return pointerType === "touch" || pointerType === "pen";
}

function keydown(plan, does, event) {
  const seat = event.target.closest("[data-seat]");
  const chip = event.target.closest("[data-section]");
  if (event.altKey || event.ctrlKey || event.metaKey || !(seat || chip)) return;
  const isDone =
    zoomKey(plan, event.key) ||
    (seat && seatKey(plan, does, Number(seat.dataset.seat), event.key)) ||
    (chip && chipKey(plan, plan.blocks.sectionOf(chip), event.key));
  if (isDone) event.preventDefault();
}

function seatKey(plan, does, number, key) {
  if (isArrow(key)) plan.focusSeat(nextSeat(plan.house, number, key));
  else if (key === " " || key === "Enter") does.toggle(number);
  else if (key === "Escape") leave(plan, number);
  else return false;
  return true;
}

function chipKey(plan, section, key) {
  if (!isArrow(key)) return false;
  const next = nextSection(plan.house, section, key);
  if (plan.isNear && !next.standing) plan.enter(next);
  else plan.showBlock(next);
  return true;
}

function zoomKey(plan, key) {
  if (key === "+" || key === "=") plan.nearer();
  else if (key === "-") plan.further();
  else if (key === "0") plan.showAll();
  else return false;
  return true;
}

/** Takes the slip away that is in the way; if there is none, goes back to the whole house. */
function leave(plan, number) {
  if (plan.tip.hide()) return;
  plan.showAll(true);
  if (plan.isNear) plan.focusSeat(number);
  else plan.showBlock(rowOf(plan.house, number).section);
}

/** Marks the seat where the keyboard is; a hand sees for itself what it points at. */
function focused(plan, target) {
  const seat = target?.closest("[data-seat]:focus-visible");
  const number = seat ? Number(seat.dataset.seat) : -1;
  plan.scene.ring(number < 0 ? null : placeOf(plan.house, number));
  if (number < 0) plan.tip.hide();
  else plan.tip.show(number);
}

function middleOf(section) {
  return { x: section.x + section.width / 2, y: section.y + section.height / 2 };
}
