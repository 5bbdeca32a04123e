/** What is said of seats. */

import { FREE, nameOf, placeOf } from "./seats-house.js";

const kinds = { a: "wheelchair space", c: "companion seat", r: "restricted view" };

export function makeWords(house, currency) {
  const { lang } = document.documentElement;
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
  const money = new Intl.NumberFormat(lang, style);
  const count = new Intl.NumberFormat(lang);

  /** Names a seat: `Row A, seat 12`. */
  function seat(number) {
    const { row } = placeOf(house, number);
    return `Row ${row.name}, seat ${nameOf(row, number - row.start)}`;
  }

  /** Names a seat of the whole house: `Stalls, row A, seat 12`. */
  function full(number) {
    return `${placeOf(house, number).row.section.name}, ${seat(number).replace("Row", "row")}`;
  }

  /** Says what else there is to know: its price and kind, or that it is taken. */
  function about(number) {
    const { row, kind } = placeOf(house, number);
    const taken = house.states[number] === FREE ? null : "taken";
    return [taken ?? money.format(row.section.price), kinds[kind]].filter(Boolean).join(", ");
  }

  return {
    price: (amount) => (amount ? money.format(amount) : "Free of charge"),
    count: (amount) => count.format(amount),
    seats: (amount) => `${amount} ${amount === 1 ? "seat" : "seats"}`,
    seat,
    full,
    about,
  };
}
