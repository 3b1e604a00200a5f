// The four views as tabs; arrows, Home and End move between them.

export function mountTabs(store, mounts) {
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  const panel = (tab) => document.getElementById(tab.getAttribute('aria-controls'));
  const mounted = new Set();

  function show() {
    const { view } = store.get();
    for (const tab of tabs) {
      const selected = tab.dataset.view === view;
      tab.setAttribute('aria-selected', selected);
      tab.tabIndex = selected ? 0 : -1;
      panel(tab).hidden = !selected;
      if (selected && !mounted.has(view)) {
        mounted.add(view);
        mounts[view](panel(tab));
      }
    }
    document.dispatchEvent(new CustomEvent('viewchange', { detail: view }));
  }

  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => store.update({ view: tab.dataset.view }));
    tab.addEventListener('keydown', (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = tabs[(to + tabs.length) % tabs.length];
      next.focus();
      store.update({ view: next.dataset.view });
    });
  });

  store.subscribe((state, before) => { if (state.view !== before.view) show(); });
  show();
}
