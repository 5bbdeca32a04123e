/** A performance's page: choose seats on the map or in the list, and see what others take. */

import { openBag } from "./seats-bag.js";
import { makeChoice } from "./seats-choice.js";
import { readColours } from "./seats-colours.js";
import { FREE, numberOf, readHouse, takeAll, takeNews, takeRows } from "./seats-house.js";
import { openList } from "./seats-list.js";
import { follow } from "./seats-live.js";
import { Plan } from "./seats-plan.js";
import { drawSamples } from "./seats-shapes.js";
import { steer } from "./seats-steer.js";
import { openTabs } from "./seats-tabs.js";
import { makeWords } from "./seats-words.js";

const page = document.querySelector("[data-chooser]");
const find = (name) => page.querySelector(`[data-${name}]`);
const address = page.dataset.performance;

async function read(url) {
  const answer = await fetch(url, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

/** Says something aloud, the same again, too; what is not plain to see is also written. */
function say(text, isWritten = false) {
  const voice = find("voice");
  voice.textContent = "";
  voice.classList.toggle("unseen", !isWritten);
  requestAnimationFrame(() => {
    voice.textContent = text;
  });
}

/** Brings map, list and summary together: what one of them changes, all of them show. */
class Chooser {
  constructor(house) {
    const wanted = [...page.querySelectorAll("input[name=seat]:checked")].map((box) => box.value);
    find("bag-list").replaceChildren();
    this.house = house;
    this.choice = makeChoice(Number(page.dataset.most));
    this.words = makeWords(house, page.dataset.currency);
    const parts = { choice: this.choice, words: this.words, colours: dye(house) };
    const does = {
      say,
      toggle: (number) => this.toggle(number),
      drop: (number) => this.drop(number),
      stand: (section) => this.stand(section),
    };
    openBag(find("bag"), house, { ...parts, does });
    this.list = openList(find("list"), house, { ...parts, does });
    this.plan = new Plan(find("plan"), house, parts);
    steer(this.plan, does);
    this.choice.onChange((number) => this.plan.refresh([number]));
    for (const label of wanted) this.restore(label);
  }

  restore(label) {
    const number = numberOf(this.house, label);
    if (number >= 0 && this.isFree(number)) this.choice.add(number);
  }

  isFree(number) {
    return this.house.states[number] === FREE;
  }

  toggle(number) {
    const { choice, words } = this;
    if (choice.has(number)) this.drop(number);
    else if (!this.isFree(number)) say(`${words.full(number)} is taken.`, true);
    else if (choice.add(number)) say(`${words.full(number)} chosen. ${this.sum()}`);
    else say(`One order has at most ${choice.most} seats. Let one go to choose another.`, true);
  }

  drop(number) {
    this.choice.remove(number);
    say(`${this.words.full(number)} is no longer chosen. ${this.sum()}`);
  }

  sum() {
    return `${this.words.seats(this.choice.numbers().length)} in all.`;
  }

  stand(section) {
    document.querySelector("[data-best-section]").value = section.name;
    document.querySelector("[data-best-quantity]").focus();
    say(`In ${section.name} one stands. Say how many you are.`, true);
  }

  /** Shows what has changed. Lets go of what somebody else has taken, and says so. */
  learn(numbers) {
    const lost = numbers.filter((number) => this.choice.has(number) && !this.isFree(number));
    for (const number of lost) this.choice.remove(number);
    this.plan.refresh(numbers);
    this.list.refresh(numbers);
    if (lost.length === 0) return;
    const names = lost.map(this.words.full).join("; ");
    const they = lost.length > 1 ? "They are" : "It is";
    say(`Somebody else was faster: ${names}. ${they} no longer chosen. ${this.sum()}`, true);
  }
}

/** Gives each section the colour of its price, and the legend only the signs that there are. */
function dye(house) {
  const colours = readColours(find("legend"));
  for (const section of house.sections) section.paper = colours.paper(section.price);
  for (const sign of page.querySelectorAll("[data-kind]")) {
    sign.hidden = !house.rows.some((row) => row.cells.includes(sign.dataset.kind));
  }
  return colours;
}

function listen(chooser) {
  const live = follow(`${address}/seats/changes`, {
    all: (told) => chooser.learn(takeAll(chooser.house, told)),
    news: (told) => chooser.learn(takeNews(chooser.house, told)),
    lost: (isLost) => page.toggleAttribute("data-lost", isLost),
  });
  page.addEventListener("submit", live.close); // what is taken from now on is taken by us
}

/** Lets people buy from the moment that the sale begins. */
function openSale() {
  for (const button of document.querySelectorAll("[data-opens]")) button.disabled = false;
  document.querySelector("[data-opening]").textContent = "On sale now";
}

async function begin() {
  drawSamples(page);
  openTabs(page);
  try {
    const asked = [address, `${address}/seats?form=rows`].map(read);
    const [performance, told] = await Promise.all(asked);
    const house = readHouse(performance);
    takeRows(house, told);
    listen(new Chooser(house));
    page.dataset.ready = "yes";
  } catch (error) {
    console.error(error);
    find("tab=list").click();
    say("The map cannot be shown right now. Choose your seats in the list.", true);
  }
}

document.addEventListener("over", openSale);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // one comes back: much has changed, and one's own order
});
begin();
