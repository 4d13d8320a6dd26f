/* The table of models side by side: one row for each set of conditions, what is best in it, and
   how far each model is from the reference. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const GAINS = ["top1", "top5"];
  const GROUPS = { accuracy: GAINS, size: ["flops", "params", "activations", "weights", "memory"], latency: ["latency"] };
  const KIND = { top1: "accuracy", top5: "accuracy", latency: "latency" };

  const SIGNS = { confirmed: "✓", near: "≈", refuted: "✗", "not-comparable": "≠", "not-measured": "·", "out-of-date": "↻" };

  /* Every row that a choice of models has; `known` is how many of them have a figure there. */
  zoo.sideRows = (data, chosen) => [
    ...data.facts.filter((fact) => fact.key !== "aliases").map((fact) => factRow(data, fact, chosen)).filter((row) => row.known),
    ...Object.entries(GROUPS).flatMap(([group, quantities]) =>
      quantities.flatMap((quantity) =>
        data.columns
          .filter((column) => column.quantity === quantity)
          .map((column) => figureRow(data, column, chosen, group))
          .filter((row) => row.known)
          .sort(fullerFirst),
      ),
    ),
  ];

  /* Our own figures first, then rows in which most of the models have one. */
  const fullerFirst = (one, other) => other.column.measured - one.column.measured || other.known - one.known;

  function factRow(data, { key, of }, chosen) {
    const texts = chosen.map((row) => data.texts[of[row]]);
    const known = texts.filter((text) => text !== undefined);
    return {
      group: "facts",
      key,
      title: data.say(`compare.fact.${key}`),
      texts,
      known: known.length,
      comparable: true,
      differs: new Set(known).size > 1,
    };
  }

  function figureRow(data, column, chosen, group) {
    const values = chosen.map((row) => column.values[row]);
    const texts = values.map((value, at) => (value === undefined ? undefined : zoo.figure(column, chosen[at])));
    const verdicts = chosen.map((row) => data.verdicts[column.verdicts[row]]);
    const known = values.filter((value) => value !== undefined);
    const close = chosen.map((row, at) => (column.spreads[row] ?? 0) * values[at]);
    const slow = chosen.map((row) => column.slow.has(row));
    /* Whether two of the models are told apart by their figures; upper bounds tell none apart. */
    const apart = (one, other) =>
      !slow[one] && !slow[other] && texts[one] !== texts[other] &&
      Math.abs(values[one] - values[other]) > Math.max(close[one], close[other]);
    /* What our own measurement contradicts is never the best. */
    const stands = values.map((value, at) => value !== undefined && !slow[at] && verdicts[at] !== "refuted");
    const best = (GAINS.includes(column.quantity) ? Math.max : Math.min)(...values.filter((_, at) => stands[at]));
    const winner = values.findIndex((value, at) => stands[at] && value === best);
    /* Nothing is known to be the best where an upper bound is no longer. */
    const open = values.some((value, at) => slow[at] && value <= best);
    const here = values.map((value) => value !== undefined);
    const differs = here.some((_, one) => here.some((_, other) => here[one] && here[other] && apart(one, other)));
    return {
      group,
      column,
      values,
      texts,
      verdicts,
      known: known.length,
      comparable: known.length > 1,
      differs,
      apart,
      gain: GAINS.includes(column.quantity),
      best: values.map((_, at) => differs && stands[at] && !open && !apart(at, winner)),
      slow,
    };
  }

  /* Rows put into a table; `reference` counts within `chosen`. */
  zoo.sideTable = (data, chosen, rows, reference) => {
    const head = zoo.make("tr", "", headCell(data.say("compare.row"), "zoo-name"));
    chosen.forEach((row, at) => head.append(modelHead(data, row, at, at === reference)));
    const table = zoo.make("table", "zoo-table zoo-table--side", zoo.make("thead", "", head));
    for (const group of new Set(rows.map((row) => row.group))) {
      const title = headCell(data.say(`compare.group.${group}`), "zoo-side__group");
      title.colSpan = chosen.length + 1;
      title.scope = "rowgroup";
      const lines = rows.filter((row) => row.group === group).map((row) => line(data, row, chosen, reference));
      table.append(zoo.make("tbody", "", zoo.make("tr", "", title), ...lines));
    }
    const scroll = zoo.make("div", "zoo-scroll zoo-side", table);
    Object.assign(scroll, { tabIndex: 0, role: "region", ariaLabel: data.say("compare.table") });
    return scroll;
  };

  function headCell(text, className) {
    const cell = zoo.make("th", className, text);
    cell.scope = "col";
    return cell;
  }

  function modelHead(data, row, slot, isReference) {
    const { title, href, familyName } = data.models[row];
    const link = zoo.make("a", "", title);
    link.href = href;
    const cell = headCell("", "zoo-number");
    cell.append(zoo.sign(slot), link, zoo.make("span", "zoo-unit", familyName));
    if (isReference) cell.append(zoo.make("span", "zoo-side__reference", data.say("compare.is-reference")));
    return cell;
  }

  zoo.sign = (slot) => {
    const sign = zoo.make("span", "zoo-series");
    sign.dataset.series = slot;
    sign.ariaHidden = "true";
    return sign;
  };

  function line(data, row, chosen, reference) {
    const cells = row.column
      ? row.values.map((_, at) => figureCell(data, row, chosen, { at, reference }))
      : row.texts.map((text) => zoo.make("td", "zoo-side__fact", ...(text === undefined ? nothing(data.say("compare.not-said")) : [text])));
    const name = row.column ? figureName(data, row.column) : headCell(row.title, "zoo-name");
    name.scope = "row";
    return zoo.make("tr", row.differs ? "zoo-side__differs" : "", name, ...cells);
  }

  /* What the row is of, and under which conditions. */
  function figureName(data, column) {
    const { quantity, where, conditions, size, runtime, source, measured } = column;
    const unit = data.say(`chart.unit.${quantity}`);
    const title = quantity === "latency" ? where : data.say(`chart.quantity.${quantity}`);
    const kind = zoo.make("span", `zoo-kind zoo-kind--${measured ? "own" : "told"}`, zoo.kindOf(data, column));
    const ran = runtime ?? (measured ? "" : data.say("chart.runtime.none"));
    const told = quantity === "latency" ? [source, ran, size] : [conditions, quantity === "flops" && size];
    const said = told.filter(Boolean).join(" · ");
    const name = headCell(title, "zoo-name");
    name.append(" ", zoo.make("span", "zoo-side__unit", unit), " ", kind);
    if (said) name.append(zoo.make("span", "zoo-unit", said));
    return name;
  }

  const nothing = (reason) => [zoo.make("span", "", "–"), zoo.make("span", "zoo-unit", reason)];

  function figureCell(data, row, chosen, { at, reference }) {
    const value = row.values[at];
    const cell = zoo.make("td", "zoo-number");
    if (value === undefined) {
      cell.classList.add("zoo-side__nothing");
      cell.append(...nothing(reasonOf(data, row.column, chosen[at])));
      return cell;
    }
    const text = row.texts[at];
    if (row.best[at]) cell.append(zoo.make("span", "zoo-side__best", data.say("compare.best")), " ", zoo.make("strong", "zoo-best", text));
    else cell.append(text);
    cell.append(...zoo.slowMark(data, row.column, chosen[at]));
    if (row.verdicts[at]) cell.append(mark(data, row.verdicts[at]));
    if (!row.gain && row.comparable) cell.append(bar(value / Math.max(...row.values.filter((one) => one !== undefined))));
    const alike = !row.slow[at] && !row.slow[reference];
    if (at !== reference && alike && row.values[reference] !== undefined) cell.append(difference(data, row, at, reference));
    return cell;
  }

  /* The sign of a verdict, as tables of reported figures have it. */
  function mark(data, verdict) {
    const sign = zoo.make("span", `zoo-mark--${verdict}`, SIGNS[verdict]);
    Object.assign(sign, { role: "img", ariaLabel: data.say(`verdict.${verdict}`), title: data.say(`verdict.help.${verdict}`) });
    return sign;
  }

  function bar(share) {
    const bar = zoo.make("span", "zoo-bar");
    bar.ariaHidden = "true";
    bar.dataset.share = Math.round(100 * share);
    return bar;
  }

  function difference(data, row, at, reference) {
    const [value, base] = [row.values[at], row.values[reference]];
    if (!row.apart(at, reference)) {
      const same = zoo.make("span", "zoo-side__apart", "=");
      same.title = data.say("compare.same");
      return same;
    }
    const better = row.gain ? value > base : value < base;
    const sign = zoo.make("span", "", better ? "▲" : "▽");
    sign.ariaHidden = "true";
    const heard = zoo.make("span", "zoo-hidden", data.say(better ? "compare.better" : "compare.worse"));
    const element = zoo.make("span", `zoo-side__apart zoo-side__apart--${better ? "better" : "worse"}`, sign, heard);
    element.append(` ${apartText([value, base], [row.texts[at], row.texts[reference]])}`);
    return element;
  }

  const signed = (value, decimals) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(decimals)}`;

  /* The difference, no finer than both figures are printed, and in percent. */
  function apartText([value, base], texts) {
    const decimals = texts.map((text) => (text.split(".")[1] ?? "").length);
    const coarse = Math.min(...decimals);
    const apart = signed(value - base, Math.abs(value - base) * 10 ** coarse < 1 ? Math.max(...decimals) : coarse);
    if (!base) return apart;
    const percent = 100 * (value / base - 1);
    return `${apart} (${signed(percent, Math.abs(percent) < 1 ? 2 : Math.abs(percent) < 100 ? 1 : 0)}%)`;
  }

  /* Why a model has no figure in a column. */
  function reasonOf(data, column, row) {
    if (!column.measured) return data.say("compare.absent.reported");
    const failed = data.absent.get(`${column.key} ${row}`);
    const kind = KIND[column.quantity] ?? "complexity";
    const why = data.texts[failed ?? data.kinds[kind][row]];
    return why ?? data.say(kind === "complexity" ? "compare.absent.size" : "compare.absent.elsewhere");
  }
})();
