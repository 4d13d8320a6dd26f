/* What the charts know: the numbers of the page's island, as columns of one set of conditions
   each, and the words of its language. Draws nothing. Classic scripts share the name `zoo`,
   because a page opened as a file cannot load modules. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const SPREAD_UNIT = 1e-4;
  const CHINESE_LATIN = /([\u3400-\u9fff])(?=[A-Za-z0-9%+−±@])/gu;
  const LATIN_CHINESE = /([A-Za-z0-9%+−±@])(?=[\u3400-\u9fff])/gu;

  /* Reads the island below an element.

     The element names one model and its address; every other address follows from it. */
  zoo.readIsland = (element) => JSON.parse(element.querySelector("script.zoo-island").textContent);

  zoo.readData = (element, island = zoo.readIsland(element)) => {
    const { example, exampleHref } = element.dataset;
    const at = exampleHref.lastIndexOf(`/${example}`) + 1;
    const [before, after] = [exampleHref.slice(0, at), exampleHref.slice(at + example.length)];
    return {
      families: island.families,
      models: readModels(island.models).map(([id, title, family, own]) => ({
        id,
        title: title || id,
        family,
        familyName: own === undefined ? island.families[family] : island.others[own],
        href: before + encodeURIComponent(id) + after,
      })),
      columns: island.columns.map((column) => readColumn(column, island.models.length)),
      say: (key, gaps = {}) => say(island.words, key, gaps),
    };
  };

  /* Numbers of which several equal ones in a row are written as [number, how many]. */
  zoo.readRuns = (runs) => runs.flatMap((one) => (Array.isArray(one) ? new Array(one[1]).fill(one[0]) : [one]));

  /* An id alone is a model titled like its id, of the family of the one before. */
  function readModels(models) {
    let family = [];
    return models.map((one) => {
      if (typeof one === "string") return [one, "", ...family];
      family = one.slice(2);
      return one;
    });
  }

  /* A column with one value a model, undefined where the source of the column gives none. */
  function readColumn(column, models) {
    const values = new Array(models);
    const [spreads, decimals, verdicts] = [[], [], []];
    const told = zoo.readRuns(column.spreads ?? []);
    const places = zoo.readRuns(column.decimals ?? []);
    const judged = zoo.readRuns(column.verdicts ?? []);
    column.values.forEach((value, at) => {
      const row = column.rows?.[at] ?? at;
      values[row] = value;
      if (at in told) spreads[row] = told[at] * SPREAD_UNIT;
      decimals[row] = places[at];
      verdicts[row] = judged[at];
    });
    // Models whose time is an upper bound: shown and marked, never compared.
    const slow = new Set(column.slow);
    return { ...column, values, spreads, decimals, verdicts, slow, count: column.values.length };
  }

  function say(words, key, gaps) {
    const form = typeof gaps.count === "number" ? words[`${key}.${plural().select(gaps.count)}`] : undefined;
    return zoo.filled(form ?? words[key] ?? `[${key}]`, gaps);
  }

  /* Which form of a label the page's language wants for a count; English's where it is unknown. */
  let rules;
  function plural() {
    try {
      rules ??= new Intl.PluralRules(document.documentElement.lang || "en");
    } catch {
      rules = new Intl.PluralRules("en");
    }
    return rules;
  }

  /* A label with its gaps filled, and blanks where Chinese meets Latin letters or digits. */
  zoo.filled = (label, gaps) =>
    label
      .replace(/\{(\w+)\}/g, (_, gap) => gaps[gap])
      .replace(CHINESE_LATIN, "$1 ")
      .replace(LATIN_CHINESE, "$1 ");

  /* Digits as the tables print them; never in exponent form. */
  zoo.printed = (quantity, value) => {
    if (quantity === "top1" || quantity === "top5") return value.toFixed(3);
    if (value === 0) return "0";
    const digits = quantity === "latency" ? 3 : 4;
    const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
    return value.toFixed(Math.max(0, Math.min(12, decimals)));
  };

  /* A model's number of a column: what is reported has the digits of its source. */
  zoo.figure = ({ quantity, values, decimals }, row) =>
    decimals[row] === undefined ? zoo.printed(quantity, values[row]) : values[row].toFixed(decimals[row]);

  /* The same with the sign of an upper bound behind it, for running text. */
  zoo.marked = (column, row) => `${zoo.figure(column, row)}${column.slow.has(row) ? "†" : ""}`;

  /* The sign of an upper bound, for tables; none behind other figures. */
  zoo.slowMark = (data, column, row) => {
    if (!column.slow.has(row)) return [];
    const sign = zoo.make("span", "", "†");
    sign.ariaHidden = "true";
    const mark = zoo.make("sup", "zoo-slow", sign, zoo.make("span", "zoo-hidden", ` (${data.say("chart.slow")})`));
    mark.title = data.say("chart.slow");
    return [mark];
  };

  /* What the sign means, below a table that has one. */
  zoo.slowNote = (data, columns, rows) =>
    columns.some(({ slow }) => rows.some((row) => slow.has(row))) ? [zoo.make("p", "zoo-note zoo-slow-note", data.say("chart.slow.table"))] : [];

  /* Whose word a column is: memory is worked out from shapes, which no device was asked about. */
  zoo.kindOf = (data, { quantity, measured }) =>
    data.say(quantity === "memory" ? "chart.computed" : measured ? "chart.measured" : "chart.reported");

  /* Columns of one quantity that may stand beside an accuracy: none at another input size. */
  zoo.besides = (data, quantity, gain) =>
    data.columns.filter(
      (one) => one.quantity === quantity && (!one.size || !gain?.size || one.size === gain.size),
    );

  /* Models with both numbers, and which of them nothing beats: cheaper and more accurate. */
  zoo.pairs = (data, cost, gain, wanted = () => true) => {
    const found = [];
    data.models.forEach((model, row) => {
      const [x, y] = [cost.values[row], gain.values[row]];
      if (x !== undefined && y !== undefined && wanted(row)) found.push({ row, model, x, y, slow: cost.slow.has(row) });
    });
    return markFrontier(found);
  };

  /* Whether nothing before a dot beats it, itself no upper bound; returns what beats those behind it. */
  zoo.step = (one, last) => {
    const ahead = !last || one.y > last.y || (one.x === last.x && one.y === last.y);
    one.best = ahead && !one.slow;
    return ahead ? one : last;
  };

  function markFrontier(found) {
    const ordered = [...found].sort((one, other) => one.x - other.x || other.y - one.y);
    let last = null;
    for (const one of ordered) last = zoo.step(one, last);
    return ordered;
  }

  /* A word of first.js, or of the page's own, with its gaps filled. */
  let own;
  zoo.word = (key, gaps = {}) => {
    own ??= { ...zoo.words, ...JSON.parse(document.querySelector("script.zoo-words")?.textContent ?? "{}") };
    return say(own, key, gaps);
  };

  /* Letters and digits alone, as of a name however it is spelt; what has none of them stays as it is. */
  zoo.bare = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase() || text.trim();

  /* Does what may wait until the reader sees what is there by now. */
  zoo.afterPaint = (work) => requestAnimationFrame(() => setTimeout(work));

  zoo.make = (tag, className = "", ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
})();
