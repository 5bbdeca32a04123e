/** Follows what happens to the seats of a performance while the page is looked at. */

const AGAIN = 5000; // milliseconds until another try, where the browser itself gives up

/** `hears` is told `all` (everything that is taken), `news` (what changed) and `lost`. */
export function follow(url, hears) {
  let source = null;
  let version = -1;
  let waiting = 0;

  function open() {
    clearTimeout(waiting);
    if (source || document.hidden) return;
    source = new EventSource(url);
    source.addEventListener("state", (event) => take(event, hears.all));
    source.addEventListener("seats", (event) => take(event, hears.news));
    source.addEventListener("error", again);
  }

  /** Older news than what is known tells nothing. */
  function take(event, hear) {
    const told = JSON.parse(event.data);
    if (told.version < version) return;
    version = told.version;
    hears.lost(false);
    hear(told);
  }

  function again() {
    hears.lost(true);
    if (source?.readyState !== EventSource.CLOSED) return; // the browser tries by itself
    close();
    waiting = setTimeout(open, AGAIN);
  }

  function close() {
    clearTimeout(waiting);
    source?.close();
    source = null;
  }

  // A page that nobody sees needs no news, and browsers allow but six such talks with one site.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
  return { close };
}
