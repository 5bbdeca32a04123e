/** Two views of the same house, of which one is shown: the map and the list. */

export function openTabs(chooser) {
  const tabs = [...chooser.querySelectorAll("[data-tab]")];
  const kept = chooser.querySelector("input[name=view]");

  function show(tab, isFocused = true) {
    for (const each of tabs) {
      const isShown = each === tab;
      each.setAttribute("aria-selected", isShown);
      each.tabIndex = isShown ? 0 : -1;
    }
    chooser.dataset.view = kept.value = tab.dataset.tab;
    if (isFocused) tab.focus();
  }

  function keydown(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(tabs.at((tabs.indexOf(event.target) + step) % tabs.length));
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", keydown);
  }
  show(tabs.find((tab) => tab.dataset.tab === chooser.dataset.view) ?? tabs[0], false);
}
