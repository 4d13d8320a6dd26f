/* Tables that sort by a click on a heading, and filter by name. Without this script they are
   plain tables. A classic script, because a page opened as a file cannot load modules. */

(() => {
  "use strict";

  const FILTER_FROM = 8;
  const WORDS = {
    en: {
      filter: "Filter models",
      shown: (shown, all) => (shown === all ? `${all} models` : `${shown} of ${all} models`),
    },
    zh: {
      filter: "筛选模型",
      shown: (shown, all) => (shown === all ? `共 ${all} 个模型` : `${all} 个模型中的 ${shown} 个`),
    },
  };

  /* The heading that stands right above each column: the last one to cover it. */
  function columnHeadings(table) {
    const taken = [];
    const lowest = [];
    for (const [rowIndex, row] of [...table.tHead.rows].entries()) {
      let column = 0;
      for (const cell of row.cells) {
        while (taken[rowIndex]?.[column]) column += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) {
          for (let right = 0; right < cell.colSpan; right += 1) {
            (taken[rowIndex + down] ??= [])[column + right] = true;
            lowest[column + right] = cell.colSpan === 1 ? cell : undefined;
          }
        }
        column += cell.colSpan;
      }
    }
    return lowest;
  }

  function sortKey(cell) {
    const text = cell?.dataset.sort ?? cell?.textContent.trim() ?? "";
    if (text === "") return null;
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), document.documentElement.lang, { numeric: true });
  }

  /* Missing values stay at the end whichever way the others run. */
  function sortRows(rows, column, direction) {
    const keyed = rows.map((row) => ({ row, key: sortKey(row.cells[column]) }));
    keyed.sort((one, other) => {
      if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
      return direction * compare(one.key, other.key);
    });
    return keyed.map(({ row }) => row);
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    const written = [...body.rows];
    const headings = columnHeadings(table);
    const next = { none: "ascending", ascending: "descending", descending: "none" };
    headings.forEach((heading, column) => {
      if (!heading) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "zoo-sort";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.ariaSort = "none";
      button.addEventListener("click", () => {
        const order = next[heading.ariaSort];
        headings.forEach((other) => other && (other.ariaSort = "none"));
        heading.ariaSort = order;
        const rows =
          order === "none" ? written : sortRows(written, column, order === "ascending" ? 1 : -1);
        body.append(...rows);
      });
    });
  }

  function makeFilter(table) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < FILTER_FROM) return;
    const words = WORDS[document.documentElement.lang] ?? WORDS.en;
    const bar = document.createElement("div");
    bar.className = "zoo-filter";
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = words.filter;
    field.ariaLabel = words.filter;
    const count = document.createElement("output");
    count.value = words.shown(rows.length, rows.length);
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      count.value = words.shown(rows.filter((row) => !row.hidden).length, rows.length);
    });
    bar.append(field, count);
    table.closest(".zoo-scroll").before(bar);
  }

  for (const table of document.querySelectorAll("table[data-zoo-sortable]")) {
    makeSortable(table);
    makeFilter(table);
  }
})();
