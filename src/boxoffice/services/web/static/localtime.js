/** Shows each time in the reader's own time zone; the server can only know UTC. */

const styles = {
  time: { timeStyle: "short" },
  full: { dateStyle: "medium", timeStyle: "short" },
};

/** Does so with all times in a part of a page. */
export function localise(part) {
  for (const element of part.querySelectorAll("time[data-local]")) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, styles[element.dataset.local]);
    element.title = element.textContent;
    element.textContent = format.format(new Date(element.dateTime));
  }
}

localise(document);
