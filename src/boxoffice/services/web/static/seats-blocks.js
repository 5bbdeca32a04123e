/** Sections from afar: a button for each, with its name, its price and how much of it is free. */

const ROOMY = { width: 120, height: 80 }; // pixels of a section with room for all that it says
const SCANTY = { width: 52, height: 34 }; // pixels of one with room for less than its price

export function makeBlocks(layer, house, words) {
  const buttons = house.sections.map((section, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `block-chip ${section.paper}`;
    button.dataset.section = index;
    button.tabIndex = -1;
    layer.append(button);
    return button;
  });
  let cursor = 0;
  buttons[cursor].tabIndex = 0;
  count();

  /** Writes anew how much is free. */
  function count() {
    house.sections.forEach((section, index) => {
      const told = `${section.name} ${section.price} ${section.free}`;
      const button = buttons[index];
      if (button.dataset.told === told) return;
      button.dataset.told = told;
      button.replaceChildren(...lines(section, words));
    });
  }

  /** Puts the buttons where their sections are; only those that one stands in, where seats show. */
  function place(view, isNear) {
    house.sections.forEach((section, index) => {
      const button = buttons[index];
      const isHidden = isNear && !section.standing;
      if (button.hidden !== isHidden) button.hidden = isHidden;
      if (!isHidden) move(button, section, view);
    });
    if (buttons[cursor].hidden) moveStop();
  }

  function move(button, section, view) {
    const { x, y } = view.toScreen(section.x + section.width / 2, section.y + section.height / 2);
    const room = roomIn(section, view.scale);
    button.style.translate = `calc(${x.toFixed(1)}px - 50%) calc(${y.toFixed(1)}px - 50%)`;
    if (button.dataset.room !== room) button.dataset.room = room;
  }

  function moveStop() {
    const next = buttons.findIndex((button) => !button.hidden);
    if (next >= 0) setStop(next);
  }

  function setStop(index) {
    buttons[cursor].tabIndex = -1;
    buttons[index].tabIndex = 0;
    cursor = index;
  }

  function focus(section) {
    const index = house.sections.indexOf(section);
    setStop(index);
    buttons[index].focus();
  }

  return { count, place, focus, sectionOf: (button) => house.sections[button.dataset.section] };
}

function roomIn({ width, height }, scale) {
  const has = (room) => width * scale >= room.width && height * scale >= room.height;
  return has(ROOMY) ? "all" : has(SCANTY) ? "some" : "tight";
}

function lines(section, words) {
  const name = document.createElement("strong");
  const price = document.createElement("span");
  const free = document.createElement("small");
  name.textContent = `${section.name} `;
  price.textContent = `${words.price(section.price)} `;
  free.textContent = section.free ? `${words.count(section.free)} free` : "Sold out";
  return [name, price, free];
}
