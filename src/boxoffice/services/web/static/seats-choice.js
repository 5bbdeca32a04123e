/** The seats that somebody wants: no more of them than one order can have. */

export function makeChoice(most) {
  const chosen = new Set();
  const listeners = [];

  function tell(number) {
    for (const listener of listeners) listener(number);
  }

  return {
    most,
    has: (number) => chosen.has(number),
    numbers: () => [...chosen],
    onChange: (listener) => listeners.push(listener),

    /** Takes a seat; returns whether there was room for it. */
    add(number) {
      if (chosen.size >= most) return false;
      chosen.add(number);
      tell(number);
      return true;
    },

    remove(number) {
      if (chosen.delete(number)) tell(number);
    },
  };
}
