/* The menu by which a reader chooses the columns of a table. The choice stays for the session. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});

  zoo.columnMenu = (table, columns, key) => {
    const choosable = columns.slice(1);
    const boxes = choosable.map((column) => zoo.checkbox(column.name, true, (on) => set(column, on)));
    const all = zoo.make("button", "zoo-button", zoo.word("tool.columns.all"));
    all.type = "button";
    const panel = zoo.make("div", "zoo-columns", ...boxes, all);
    panel.id = `zoo-columns-${key.at}`;
    panel.hidden = true;
    panel.setAttribute("role", "group");
    panel.ariaLabel = zoo.word("tool.columns.title");
    const count = zoo.make("span", "zoo-tool__count");
    const button = zoo.make("button", "zoo-button zoo-tool", zoo.word("tool.columns"), count);
    button.type = "button";
    button.ariaExpanded = "false";
    button.setAttribute("aria-controls", panel.id);
    const menu = zoo.make("div", "zoo-menu", button, panel);

    function open(wanted) {
      panel.hidden = !wanted;
      button.ariaExpanded = String(wanted);
      if (wanted) boxes[0]?.querySelector("input").focus();
    }

    function set(column, on) {
      column.hidden = !on;
      show();
      remember(key, columns);
    }

    function show() {
      showColumns(table, columns);
      const hidden = choosable.filter((column) => column.hidden).length;
      count.textContent = hidden ? ` ${choosable.length - hidden}/${choosable.length}` : "";
      all.disabled = !hidden;
      boxes.forEach((box, at) => (box.querySelector("input").checked = !choosable[at].hidden));
      table.dispatchEvent(new CustomEvent("zoo:columns"));
    }

    button.addEventListener("click", () => open(panel.hidden));
    all.addEventListener("click", () => {
      columns.forEach((column) => (column.hidden = false));
      boxes[0].querySelector("input").focus();
      show();
      remember(key, columns);
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      open(false);
      button.focus();
    });
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) open(false);
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!panel.hidden && !menu.contains(target)) open(false);
    });

    const forgotten = remembered(key);
    choosable.forEach((column) => (column.hidden = forgotten.includes(column.name)));
    if (choosable.some((column) => column.hidden)) show();
    return menu;
  };

  /* A heading over several columns covers those of them that are shown. */
  function showColumns(table, columns) {
    const spans = new Map();
    for (const { headings, hidden } of columns) {
      for (const heading of headings) spans.set(heading, (spans.get(heading) ?? 0) + !hidden);
    }
    for (const [heading, span] of spans) {
      heading.hidden = span === 0;
      if (span) heading.colSpan = span;
    }
    for (const body of table.tBodies) {
      for (const row of body.rows) {
        for (const { at, hidden } of columns) row.cells[at].hidden = hidden;
      }
    }
  }

  /* A page opened as a file may have no storage: then the choice lasts as long as the page. */
  function remembered(key) {
    try {
      const names = JSON.parse(sessionStorage.getItem(storageKey(key)));
      return Array.isArray(names) ? names : [];
    } catch {
      return [];
    }
  }

  function remember(key, columns) {
    const names = columns.filter(({ hidden }) => hidden).map(({ name }) => name);
    try {
      sessionStorage.setItem(storageKey(key), JSON.stringify(names));
    } catch {
      /* See above. */
    }
  }

  function storageKey({ page, at }) {
    return `zoo.columns:${page}:${at}`;
  }
})();
