/* What a reader can do with a table: sort by a click on a heading, filter by name, choose columns,
   copy, keep as CSV. Without this script they are plain tables. A classic script, because a page
   opened as a file cannot load modules. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const FILTER_FROM = 8;
  const CHOOSE_FROM = 4;
  const FIRST = 200;
  const SAID_FOR = 4000;
  let collator;

  function sortKey(cell) {
    const text = cell?.dataset.sort ?? cell?.textContent.trim() ?? "";
    if (text === "" || cell.querySelector(".zoo-missing, .zoo-failed")) return null;
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    collator ??= new Intl.Collator(document.documentElement.lang, { numeric: true });
    return collator.compare(String(one), String(other));
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

  /* Of very many rows the first are shown until a reader wants all: each order has to be laid out. */
  function makeShow(table) {
    const body = table.tBodies[0];
    let most = body.rows.length > FIRST ? FIRST : Infinity;
    const rest = zoo.make("button", "zoo-button zoo-rest");
    rest.type = "button";
    const show = () => {
      let found = 0;
      for (const row of body.rows) {
        const fits = !row.matches(".zoo-out");
        row.hidden = !fits || found >= most;
        found += fits;
      }
      rest.hidden = found <= most;
      rest.textContent = zoo.word("tool.rest", { count: found });
    };
    rest.addEventListener("click", () => {
      most = Infinity;
      show();
    });
    if (most === FIRST) table.closest(".zoo-scroll").after(rest);
    show();
    return show;
  }

  function makeSortable(table, columns, show) {
    const body = table.tBodies[0];
    const written = [...body.rows];
    const next = { none: "ascending", ascending: "descending", descending: "none" };
    const sortable = columns.map(({ headings }) => headings.at(-1));
    sortable.forEach((heading, column) => {
      const button = zoo.make("button", "zoo-sort", ...heading.childNodes);
      button.type = "button";
      heading.append(button);
      heading.ariaSort = "none";
      button.addEventListener("click", () => {
        const order = next[heading.ariaSort];
        sortable.forEach((other) => (other.ariaSort = "none"));
        heading.ariaSort = order;
        const rows =
          order === "none" ? written : sortRows(written, column, order === "ascending" ? 1 : -1);
        body.append(...rows);
        show();
      });
    });
  }

  /* What a row of a model is found by beside its texts: the id in its link, and names that it does not show. */
  function readNames(table) {
    const told = JSON.parse(table.querySelector("script.zoo-sought")?.textContent ?? "[]");
    const id = (row) => row.querySelector("th a")?.pathname.split("/").filter(Boolean).at(-1)?.replace(/\.html$/u, "") ?? "";
    return (row, at) => [decodeURIComponent(id(row)), told[at] ?? ""];
  }

  /* Every word of the field has to stand in a text or a name of the row, however it is spelt. */
  function makeFilter(table, show) {
    const names = readNames(table);
    const rows = [...table.tBodies[0].rows].map((row, at) => {
      const texts = [...row.cells].filter((cell) => cell.matches("th, .zoo-text")).map((cell) => cell.textContent);
      const every = [...texts, ...names(row, at)];
      return { row, text: [...every, ...every.map(zoo.bare)].join(" ").toLowerCase() };
    });
    const field = zoo.make("input", "zoo-filter");
    Object.assign(field, { type: "search", placeholder: zoo.word("tool.filter"), ariaLabel: zoo.word("tool.filter") });
    const count = zoo.make("output", "", zoo.word("tool.filter.all", { count: rows.length }));
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase().split(/\s+/u);
      for (const { row, text } of rows) {
        row.classList.toggle("zoo-out", !wanted.every((word) => text.includes(word) || text.includes(zoo.bare(word))));
      }
      show();
      const shown = rows.filter(({ row }) => !row.matches(".zoo-out")).length;
      count.value =
        shown === rows.length
          ? zoo.word("tool.filter.all", { count: shown })
          : zoo.word("tool.filter.some", { count: rows.length, shown });
    });
    return [field, count];
  }

  function tool(key, work) {
    const button = zoo.make("button", "zoo-button zoo-tool", zoo.word(key));
    Object.assign(button, { type: "button", title: zoo.word(`${key}.title`) });
    button.addEventListener("click", () => work(button));
    return button;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copiedByHand(text);
    }
  }

  /* Where there is no clipboard to be asked, as in pages opened as files, a selection is copied. */
  function copiedByHand(text) {
    const field = zoo.make("textarea", "zoo-hidden");
    Object.assign(field, { value: text, readOnly: true });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  function download(name, text) {
    const link = zoo.make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), SAID_FOR);
  }

  /* The page and the heading above the table: `dpn-latency-measured-1.csv`; tables below one heading are
     numbered from the second on. */
  function fileName(table) {
    const name = placeName(table);
    const alike = [...document.querySelectorAll("table[data-zoo-tools]")].filter((one) => placeName(one) === name);
    const at = alike.indexOf(table);
    return `${name}${at > 0 ? `-table-${at + 1}` : ""}.csv`;
  }

  function placeName(table) {
    const page = location.pathname.split("/").filter(Boolean).at(-1)?.replace(/\.html$/u, "");
    const above = [...document.querySelectorAll(":is(h2, h3)[id]")].filter(
      (heading) => heading.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    return [page ?? "index", above.at(-1)?.id].filter(Boolean).join("-");
  }

  function makeExports(table, columns) {
    const status = zoo.make("span", "zoo-said");
    status.setAttribute("role", "status");
    let silence;
    const say = (text) => {
      clearTimeout(silence);
      status.textContent = text;
      silence = setTimeout(() => (status.textContent = ""), SAID_FOR);
    };
    const copy = tool("tool.copy", async (button) => {
      const rows = zoo.tableRows(table, columns);
      const done = await copied(zoo.tabbed(rows));
      button.focus();
      say(zoo.word(done ? "tool.copied" : "tool.not-copied", { count: rows.length - 1 }));
    });
    const csv = tool("tool.csv", () => {
      const rows = zoo.tableRows(table, columns);
      download(fileName(table), zoo.csv(rows));
      say(zoo.word("tool.saved", { count: rows.length - 1, file: fileName(table) }));
    });
    return [status, copy, csv];
  }

  function isPlain(table) {
    return [...table.tBodies[0].rows].every((row) =>
      [...row.cells].every((cell) => cell.rowSpan === 1 && cell.colSpan === 1),
    );
  }

  /* A single row needs no tools. */
  function equip(table, at) {
    const rows = table.tBodies[0].rows.length;
    if (rows < 2) return;
    const columns = zoo.readColumns(table);
    const bar = zoo.make("div", "zoo-tools");
    if (isPlain(table)) {
      const show = makeShow(table);
      makeSortable(table, columns, show);
      if (rows >= FILTER_FROM) bar.append(...makeFilter(table, show));
      const [status, ...buttons] = makeExports(table, columns);
      bar.append(status);
      if (columns.length >= CHOOSE_FROM) bar.append(zoo.columnMenu(table, columns, { page: location.pathname, at }));
      bar.append(...buttons);
    } else {
      bar.append(...makeExports(table, columns));
    }
    table.closest(".zoo-scroll").before(bar);
  }

  /* Says by a fading edge, and above it in words, that a table goes on to the right. */
  function showMore(scroll) {
    const more = zoo.make("p", "zoo-more", zoo.word("tool.more"));
    more.ariaHidden = "true";
    more.hidden = true;
    scroll.before(more);
    const look = () => {
      const beyond = scroll.scrollWidth - scroll.clientWidth;
      more.hidden = beyond < 3;
      scroll.toggleAttribute("data-more", beyond - scroll.scrollLeft > 2);
    };
    scroll.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(scroll);
    scroll.addEventListener("zoo:columns", look, true);
  }

  function equipAll() {
    document.querySelectorAll("table[data-zoo-tools]").forEach(equip);
    document.querySelectorAll(".md-typeset .zoo-scroll").forEach(showMore);
  }

  /* Tables stand below the chart of a page, and nothing moves there. */
  if (document.querySelector("[data-zoo-chart]")) zoo.afterPaint(equipAll);
  else equipAll();
})();
