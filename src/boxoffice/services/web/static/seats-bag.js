/** The seats that one has chosen so far: what they are called, what they cost, and the way on. */

import { labelOf, placeOf } from "./seats-house.js";

export function openBag(bag, house, { choice, words, does }) {
  const find = (name) => bag.querySelector(`[data-${name}]`);
  const [list, total, button, count] = ["bag-list", "bag-total", "bag-buy", "bag-count"].map(find);
  const items = new Map(); // from a seat's number to its line

  function change(number) {
    if (choice.has(number)) add(number);
    else remove(number);
    sum();
  }

  function add(number) {
    const line = find("bag-line").content.firstElementChild.cloneNode(true);
    const say = (name, text) => {
      line.querySelector(`[data-${name}]`).textContent = text;
    };
    say("line-name", words.full(number));
    say("line-price", words.price(placeOf(house, number).row.section.price));
    say("line-drop", `Let go of ${words.full(number)}`);
    line.querySelector("input").value = labelOf(house, number);
    line.querySelector("button").addEventListener("click", () => does.drop(number));
    list.append(line);
    items.set(number, line);
  }

  function remove(number) {
    const line = items.get(number);
    if (!line) return;
    const neighbour = line.nextElementSibling ?? line.previousElementSibling;
    const hadFocus = line.contains(document.activeElement);
    line.remove();
    items.delete(number);
    if (hadFocus) (neighbour?.querySelector("button") ?? find("bag-heading")).focus();
  }

  function sum() {
    const numbers = choice.numbers();
    const due = numbers.reduce((all, number) => all + placeOf(house, number).row.section.price, 0);
    total.textContent = words.price(due);
    count.textContent = numbers.length ? words.seats(numbers.length) : "No seat yet";
    button.textContent = `Buy ${words.seats(numbers.length)}`;
    bag.dataset.seats = numbers.length;
  }

  choice.onChange(change);
  sum();
}
