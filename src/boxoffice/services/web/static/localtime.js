/** Shows each time in the reader's own time zone; the server can only know UTC. */

const styles = {
  time: { timeStyle: "short" },
  full: { dateStyle: "medium", timeStyle: "short" },
};

for (const element of document.querySelectorAll("time[data-local]")) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, styles[element.dataset.local]);
  element.title = element.textContent;
  element.textContent = format.format(new Date(element.dateTime));
}
