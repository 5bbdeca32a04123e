/** The map of the house: from afar painted, from near seat by seat. It is moved by seats-steer. */

import { makeBlocks } from "./seats-blocks.js";
import { makeFar } from "./seats-far.js";
import { FREE, placeOf } from "./seats-house.js";
import { seatNear } from "./seats-keys.js";
import { makeNear } from "./seats-near.js";
import { boxOf, drawScene } from "./seats-scene.js";
import { makeTip } from "./seats-tip.js";
import { makeView } from "./seats-view.js";

const NEAR = 14; // pixels of a seat from which on it is an element, and its form can be seen
const STEP = 1.6; // of a zoom, by a button or a key
const EDGE = 70; // pixels that are kept between the keyboard's seat and the edge of the window

export class Plan {
  constructor(frame, house, { choice, words, colours }) {
    const find = (name) => frame.querySelector(`[data-${name}]`);
    this.frame = frame;
    this.house = house;
    this.choice = choice;
    this.svg = find("near");
    this.tools = { nearer: find("in"), further: find("out"), whole: find("all") };
    const box = boxOf(house);
    this.view = makeView(box);
    this.scene = drawScene(find("ground"), this.svg, house);
    this.near = makeNear(this.scene, house, choice, words);
    this.far = makeFar(find("far"), house, colours);
    this.blocks = makeBlocks(find("blocks"), house, words);
    this.tip = makeTip(find("tip"), house, words, this.view);
    this.cursor = -1; // the seat where the keyboard is, or would be
    this.stop = null; // its element
    this.picture = 0;
    this.told = "";
    this.draw = this.draw.bind(this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.later());
    find("window").style.aspectRatio = box.width / box.height;
    new ResizeObserver(() => this.resize()).observe(find("window"));
  }

  get isNear() {
    return this.view.scale >= NEAR;
  }

  isFree(number) {
    return this.house.states[number] === FREE;
  }

  resize() {
    const { clientWidth, clientHeight } = this.svg.parentElement;
    if (!clientWidth) return; // the list is shown
    this.view.resize(clientWidth, clientHeight);
    this.draw();
  }

  /** Draws with the next picture of the screen, once for however many changes. */
  later() {
    this.picture ||= requestAnimationFrame(this.draw);
  }

  draw() {
    cancelAnimationFrame(this.picture);
    this.picture = 0;
    const { view } = this;
    this.scene.place(view, this.isNear);
    if (this.isNear) this.drawNear();
    else this.drawFar();
    this.blocks.place(view, this.isNear);
    this.tip.follow();
    this.tell(view.isWhole(), view.scale >= view.most * 0.99);
  }

  drawNear() {
    this.far.clear();
    this.near.show(this.view, this.cursor);
    this.placeStop();
  }

  drawFar() {
    this.near.clear();
    this.far.paint(this.view, this.choice);
  }

  /** Has the page know how near one is, where that is new. */
  tell(isWhole, isClosest) {
    const told = `${isWhole} ${isClosest} ${this.isNear}`;
    if (told === this.told) return;
    this.told = told;
    this.frame.dataset.zoomed = !isWhole;
    this.tools.nearer.disabled = isClosest;
    this.tools.further.disabled = this.tools.whole.disabled = isWhole;
    if (this.isNear) this.svg.removeAttribute("aria-hidden");
    else this.svg.setAttribute("aria-hidden", true);
  }

  /** Draws seats anew that changed. */
  refresh(numbers) {
    for (const number of numbers) this.near.refresh(number);
    this.scene.tick(this.choice.numbers().map((number) => placeOf(this.house, number)));
    this.blocks.count();
    if (!this.isNear) this.later();
  }

  /** Lets the tab key reach one seat: where one was last, else the best that is in sight. */
  placeStop() {
    this.stop?.setAttribute("tabindex", -1);
    if (this.cursor < 0 || !this.near.seatElement(this.cursor)) this.cursor = this.bestInSight();
    this.stop = this.cursor < 0 ? null : this.near.seatElement(this.cursor);
    this.stop?.setAttribute("tabindex", 0);
  }

  bestInSight() {
    const { x, y } = this.view.toPlan(this.view.width / 2, this.view.height / 3);
    return seatNear(this.near.rows(), x, y, (number) => this.isFree(number));
  }

  zoomBy(factor, at) {
    this.view.travel(this.view.zoom(factor, at?.x, at?.y), this.draw);
  }

  nearer() {
    this.zoomBy(STEP);
  }

  further() {
    this.zoomBy(1 / STEP);
  }

  /** Shows the whole house, at once or on a short way. */
  showAll(isSudden = false) {
    if (!isSudden) return this.view.travel(this.view.whole(), this.draw);
    this.view.stop();
    this.view.place(this.view.whole());
    this.draw();
  }

  goTo(x, y, scale) {
    this.view.travel(this.view.around(x, y, scale), this.draw);
  }

  /** Brings a section into the window; of one that is too large, what is around a spot. */
  approach(section, spot, least = NEAR * 1.3) {
    const { width, height, most } = this.view;
    const fits = Math.min((width - 60) / (section.width + 3), (height - 60) / (section.height + 3));
    const isWhole = fits >= least;
    const x = isWhole ? section.x + section.width / 2 : spot.x;
    const y = isWhole ? section.y + section.height / 2 : spot.y;
    this.goTo(x, y, Math.min(Math.max(fits, least), most));
  }

  /** Goes into a section by keyboard, to its best free seat. */
  enter(section) {
    const { rows, x, width, y } = section;
    const number = seatNear(rows, x + width / 2, y, (each) => this.isFree(each));
    const place = placeOf(this.house, number);
    const scale = Math.max(NEAR * 1.6, this.view.scale);
    this.view.place(this.view.around(place.x + 0.5, place.y + 0.5, scale));
    this.focusSeat(number);
  }

  /** Moves the keyboard's focus to a section's button, and the window along with it. */
  showBlock(section) {
    this.reveal({ x: section.x + section.width / 2, y: section.y + section.height / 2 });
    this.draw();
    this.blocks.focus(section);
  }

  /** Moves the keyboard's focus to a seat, and the window along with it. */
  focusSeat(number) {
    const { x, y } = placeOf(this.house, number);
    this.cursor = number;
    this.view.place({ scale: Math.max(this.view.scale, NEAR) });
    this.reveal({ x: x + 0.5, y: y + 0.5 });
    this.draw();
    this.stop.focus();
  }

  /** Moves the window so far that a point is clear of its edges. */
  reveal({ x, y }) {
    const { view } = this;
    const at = view.toScreen(x, y);
    view.stop();
    view.place({ x: view.x + inwards(at.x, view.width), y: view.y + inwards(at.y, view.height) });
  }
}

/** Returns how far a point must move to be clear of the edges. */
function inwards(at, room) {
  const edge = Math.min(EDGE, room / 4);
  return Math.max(edge - at, 0) || Math.min(room - edge - at, 0);
}
