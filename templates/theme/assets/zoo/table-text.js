/* What a table says, as rows of plain text to be copied or kept: the rows and columns that are
   shown, in their order, and behind them the conditions of each column. Numbers have no separators
   of thousands and no unit: that stands in the heading. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const NUMBER = /^[+−-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/u;
  const FORMULA = /^[=+\-@＝＋－＠\t\r]/u;
  const APART = "small, .zoo-unit, .zoo-remark, br";
  const SOURCE = "a[href^='#source-']";
  const BESIDE = `small, .zoo-unit, ${SOURCE}`;
  const FIGURE = ".zoo-number, td:not([class])";
  const UNSAID = ".zoo-pad, .zoo-bar, .zoo-frontier, .zoo-missing, .zoo-failed, .zoo-slow, .zoo-level > .zoo-hidden";

  /* The cells of some rows where they are seen: one that spans several stands in each. */
  zoo.cellGrid = (rows) => {
    const grid = [];
    [...rows].forEach((row, y) => {
      let x = 0;
      for (const cell of row.cells) {
        while (grid[y]?.[x]) x += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) {
          for (let right = 0; right < cell.colSpan; right += 1) (grid[y + down] ??= [])[x + right] = cell;
        }
        x += cell.colSpan;
      }
    });
    return grid;
  };

  /* The columns of a table: the headings above each, the last of them its own. */
  zoo.readColumns = (table) => {
    const grid = zoo.cellGrid(table.tHead.rows);
    return grid[0].map((_, at) => {
      const headings = [...new Set(grid.map((line) => line[at]))];
      const label = headings.map((one) => said(one, true)).join(", ");
      const units = headings.flatMap((one) => [...one.querySelectorAll("small, .zoo-unit")].map((unit) => unit.textContent.trim()));
      return {
        at,
        headings,
        label,
        name: units.length ? zoo.word("tool.column", { label, unit: units.join(", ") }) : label,
        conditions: headings.at(-1).dataset.conditions,
        hidden: false,
      };
    });
  };

  /* The text of a node; a heading or a number alone leaves out what stands small beneath it. */
  function spoken(node, alone) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.ariaHidden === "true" || node.matches(UNSAID)) return "";
    if (alone && node.matches(BESIDE)) return "";
    if (node.role === "img") return ` ${node.ariaLabel}`;
    if (node.matches(SOURCE)) return ` [${sourceTitle(node)}]`;
    const inner = [...node.childNodes].map((one) => spoken(one, alone)).join("");
    if (node.matches(".zoo-whose")) return `(${inner.trim()})`;
    return node.matches(APART) ? `; ${inner}` : inner;
  }

  function sourceTitle(mark) {
    const source = document.getElementById(mark.hash.slice(1));
    return source?.firstChild?.textContent.trim() ?? mark.textContent;
  }

  function said(node, alone = false) {
    const text = spoken(node, alone).replace(/\s+/gu, " ").trim();
    return text.replace(/^(; )+|(; )+$/gu, "").trim();
  }

  function plain(cell) {
    if (!cell) return "";
    const text = said(cell, cell.matches(FIGURE));
    return NUMBER.test(text) ? text.replaceAll(",", "").replace("−", "-") : text;
  }

  /* What belongs to a number: why it is missing or no longer holds, what it is level with, its conditions, its sources. */
  function details(cell) {
    if (!cell?.matches(FIGURE)) return [];
    const states = [...cell.querySelectorAll(".zoo-missing, .zoo-failed, .zoo-stale, .zoo-level, .zoo-slow")].map((one) => one.title);
    const small = [...cell.querySelectorAll("small, .zoo-unit")].map((one) => said(one));
    const sources = [...cell.querySelectorAll(SOURCE)].map(sourceTitle);
    return [...new Set([...states, ...small, ...sources])].filter(Boolean);
  }

  /* Columns behind those of the table, so that no figure loses its conditions. */
  function conditionColumns(table, shown, lines) {
    const own = shown
      .filter(({ at, conditions }) => conditions || lines.some((cells) => details(cells[at]).length))
      .map(({ at, label, conditions }) => ({
        name: zoo.word("tool.conditions-of", { column: label }),
        text: (cells) => [conditions, ...details(cells[at])].filter(Boolean).join("; "),
      }));
    const { conditions } = table.dataset;
    return conditions ? [...own, { name: zoo.word("tool.conditions"), text: () => conditions }] : own;
  }

  /* The table as rows of texts, the headings first. */
  zoo.tableRows = (table, columns) => {
    const shown = columns.filter((column) => !column.hidden);
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const lines = zoo.cellGrid(rows).filter((_, at) => !rows[at].matches(".zoo-out"));
    const behind = conditionColumns(table, shown, lines);
    return [
      [...shown, ...behind].map(({ name }) => name),
      ...lines.map((cells) => [
        ...shown.map(({ at }) => plain(cells[at])),
        ...behind.map(({ text }) => text(cells)),
      ]),
    ];
  };

  /* Spreadsheets run what begins like a formula; an apostrophe before it makes it text. */
  function harmless(text) {
    return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  }

  /* As RFC 4180 wants it; spreadsheets need the mark at the beginning to know UTF-8. */
  zoo.csv = (rows) => {
    const quoted = (text) => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return `\ufeff${rows.map((row) => `${row.map((text) => quoted(harmless(text))).join(",")}\r\n`).join("")}`;
  };

  /* For the clipboard; texts have neither tabs nor ends of lines within. */
  zoo.tabbed = (rows) => rows.map((row) => row.map(harmless).join("\t")).join("\n");
})();
