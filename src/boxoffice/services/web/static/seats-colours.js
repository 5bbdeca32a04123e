/** The colours of prices, as the legend has them; a canvas cannot look them up by itself. */

export function readColours(legend) {
  const bands = [...legend.querySelectorAll("[data-low]")].map((item) => ({
    low: Number(item.dataset.low),
    high: Number(item.dataset.high),
    paper: [...item.classList].find((name) => name.startsWith("paper-")),
    sample: item.querySelector("[data-sample]"),
  }));
  const isIn = (price, { low, high }) => price >= low && price <= high;
  const bandOf = (price) => bands.find((band) => isIn(price, band)) ?? bands[0];
  const kept = new Map();

  /** Returns a colour of an element as it is now; it may be another one after dark. */
  function read(sample, property) {
    const key = `${bands.findIndex((band) => band.sample === sample)} ${property}`;
    if (!kept.has(key)) kept.set(key, getComputedStyle(sample)[property]);
    return kept.get(key);
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => kept.clear());
  return {
    paper: (price) => bandOf(price).paper,
    of: (price) => read(bandOf(price).sample, "backgroundColor"),
    ink: () => read(legend, "color"),
    taken: () => read(legend, "borderTopColor"),
    faint: () => read(legend, "outlineColor"),
  };
}
