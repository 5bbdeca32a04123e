/** Makes the form of a venue a drawing board: grids to paint in, and the plan beside them. */

import { Easel } from "./venue-easel.js";
import { drawPlan } from "./venue-plan.js";
import { countSeats } from "./venue-rows.js";

const form = document.querySelector("[data-venue]");
const list = form.querySelector("[data-sections]");
const plan = form.querySelector("[data-plan]");
const total = form.querySelector("[data-total]");
const fresh = form.querySelector("[data-new-section]");
const template = form.querySelector("[data-easel]");
const zone = form.querySelector("[data-zone]");
const easels = new Map(); // by the section's field set
let waiting = 0;

const ofField = (section, name) => section.querySelector(`[name$=".${name}"]`);
const sections = () => Array.from(list.children);

function isStanding(section) {
  return section.querySelector('[name$=".kind"]:checked')?.value === "standing";
}

function number(section, name) {
  const text = ofField(section, name).value.trim().replace(",", ".");
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

function describe(section) {
  const standing = isStanding(section);
  const capacity = Number(ofField(section, "capacity").value.replaceAll(/\D/gu, ""));
  return {
    name: ofField(section, "name").value,
    rows: standing ? [] : easels.get(section).rows,
    capacity: standing ? capacity : 0,
    x: number(section, "x"),
    y: number(section, "y"),
    width: standing ? number(section, "width") : null,
    depth: standing ? number(section, "depth") : null,
  };
}

/** Draws the plan once, however much changes until the next picture of the screen. */
function draw() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => {
    const described = sections().map(describe);
    const rows = described.flatMap((section) => section.rows);
    const seats = rows.reduce((sum, row) => sum + countSeats(row.cells), 0);
    const places = described.reduce((sum, { capacity }) => sum + capacity, seats);
    total.textContent = `${places.toLocaleString("en")} places`;
    drawPlan(plan, described.filter((one) => one.rows.length > 0 || one.capacity > 0));
  });
}

function equip(section) {
  easels.set(section, new Easel(section, template, draw));
  section.dataset.equipped = "";
}

/** Gives every section the number of its place, as the server would. */
function renumber() {
  for (const [nth, section] of sections().entries()) {
    const from = `section.${section.dataset.section}.`;
    for (const attribute of ["id", "name", "for", "aria-describedby"]) {
      for (const element of section.querySelectorAll(`[${attribute}*="${from}"]`)) {
        const value = element.getAttribute(attribute).replaceAll(from, `section.${nth}.`);
        element.setAttribute(attribute, value);
      }
    }
    for (const button of section.querySelectorAll("button[name=do]")) {
      button.value = button.value.replace(/\..*/u, `.${nth}`);
    }
    for (const place of section.querySelectorAll("[data-number]")) place.textContent = nth + 1;
    section.dataset.section = nth;
  }
  draw();
}

function add() {
  const section = fresh.content.firstElementChild.cloneNode(true);
  section.dataset.section = "N";
  list.append(section);
  renumber();
  equip(section);
  ofField(section, "name").focus();
}

function rearrange(verb, section) {
  if (verb === "remove") {
    (section.nextElementSibling ?? section.previousElementSibling)?.querySelector("input").focus();
    easels.delete(section);
    section.remove();
  } else if (section.previousElementSibling) {
    list.insertBefore(section, section.previousElementSibling);
    section.querySelector('button[value^="earlier"]').focus();
  }
  renumber();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (!button) return;
  event.preventDefault();
  if (button.value === "add") add();
  else rearrange(button.value.split(".")[0], button.closest("[data-section]"));
});
form.addEventListener("input", (event) => {
  if (event.target.matches('[name^="section."]:not(textarea)')) draw();
});

if (zone.dataset.zone === "new" && !zone.value) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
for (const section of sections()) equip(section);
draw();
