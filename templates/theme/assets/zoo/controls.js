/* The parts that charts and choosers are operated with. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const SERIES = 6;
  let made = 0;

  zoo.button = (text, click) => {
    const button = zoo.make("button", "zoo-button", text);
    button.type = "button";
    button.addEventListener("click", click);
    return button;
  };

  /* Copies the address of the page, where the browser allows it. */
  zoo.copyButton = (text, copied, parent) => {
    if (!navigator.clipboard) return;
    const button = zoo.button(text, () => {
      navigator.clipboard.writeText(location.href).then(() => {
        button.textContent = copied;
        setTimeout(() => (button.textContent = text), 2000);
      }, () => {});
    });
    parent.append(button);
  };

  /* Puts what was chosen into the address, which the language switch takes along. */
  zoo.remember = (told) => {
    if (told !== location.hash.slice(1)) {
      history.replaceState(history.state, "", location.href.split("#")[0] + (told && `#${told}`));
    }
    for (const link of document.querySelectorAll("a.zoo-language")) link.hash = told;
  };

  /* A row of buttons of which one is pressed. */
  zoo.segments = (label, options, chosen, choose) => {
    const name = `zoo-segments-${(made += 1)}`;
    const group = zoo.make("fieldset", "zoo-segments", zoo.make("legend", "zoo-hidden", label));
    for (const [value, text] of options) {
      const input = zoo.make("input");
      Object.assign(input, { type: "radio", name, value, checked: value === chosen });
      input.addEventListener("change", () => choose(value));
      group.append(zoo.make("label", "", input, zoo.make("span", "", text)));
    }
    return group;
  };

  zoo.checkbox = (label, checked, choose) => {
    const input = zoo.make("input");
    Object.assign(input, { type: "checkbox", checked });
    input.addEventListener("change", () => choose(input.checked));
    return zoo.make("label", "zoo-check", input, zoo.make("span", "", label));
  };

  /* A list of columns, measured ones apart from those of each source. */
  zoo.columnSelect = (data, label, columns, chosen, choose) => {
    const select = zoo.make("select", "zoo-select");
    select.ariaLabel = label;
    const groups = new Map();
    columns.forEach((column) => {
      const title = column.measured
        ? data.say(column.quantity === "memory" ? "chart.group.computed" : "chart.group.measured")
        : data.say("chart.group.reported", { source: column.source });
      if (!groups.has(title)) {
        groups.set(title, zoo.make("optgroup"));
        groups.get(title).label = title;
      }
      const option = zoo.make("option", "", optionText(data, column));
      option.value = column.key;
      option.selected = column === chosen;
      groups.get(title).append(option);
    });
    select.append(...groups.values());
    select.addEventListener("change", () =>
      choose(columns.find((column) => column.key === select.value)),
    );
    return select;
  };

  /* Two lists for latencies: where they were taken, and whose word they are where several tell. */
  zoo.placeSelects = (data, label, columns, chosen, choose) => {
    const places = new Map();
    for (const column of columns) {
      if (!places.has(column.where)) places.set(column.where, []);
      places.get(column.where).push(column);
    }
    const options = [...places].map(([where, alike]) => ({
      column: alike[0],
      text: data.say("chart.place", { where, count: counted(data, alike) }),
      chosen: where === chosen.where,
    }));
    const first = listOf(label, byDevice(options), choose);
    const alike = places.get(chosen.where);
    if (alike.length < 2) return [first];
    const told = alike.map((column) => ({
      column,
      text: data.say("chart.told", { told: zoo.toldBy(data, column), count: column.count }),
      chosen: column === chosen,
    }));
    return [first, listOf(data.say("chart.told.label"), told, choose)];
  };

  function listOf(label, options, choose) {
    const select = zoo.make("select", "zoo-select");
    select.ariaLabel = label;
    for (const { column, text, chosen } of options) {
      const option = zoo.make("option", "", text);
      Object.assign(option, { value: column.key, selected: chosen });
      select.append(option);
    }
    select.addEventListener("change", () => choose(options.find(({ column }) => column.key === select.value).column));
    return select;
  }

  /* Models with a figure in any of the columns. */
  const counted = (data, columns) =>
    data.models.filter((_, row) => columns.some((one) => one.values[row] !== undefined)).length;

  /* Keys begin with `ms.` and the device. */
  function byDevice(options) {
    const device = ({ column }) => column.key.split(".")[1];
    const order = [...new Set(options.map(device))];
    return options.sort((one, other) => order.indexOf(device(one)) - order.indexOf(device(other)));
  }

  /* Whose word a latency is, and what ran the model. */
  zoo.toldBy = (data, { measured, source, runtime }) =>
    measured ? data.say("chart.group.measured") : `${source} · ${runtime ?? data.say("chart.runtime.none")}`;

  function optionText(data, column) {
    if (column.quantity !== "latency") {
      return data.say("chart.option.other", { what: column.conditions, count: column.count });
    }
    const runtime = column.runtime ?? data.say("chart.runtime.none");
    return column.measured
      ? data.say("chart.option.measured", { where: column.where, count: column.count })
      : data.say("chart.option.reported", { where: column.where, runtime, count: column.count });
  }

  /* What stands below a plot: conditions of both axes, what ran the models, what is hollow. */
  zoo.captions = (data, { x, y }, dots) => {
    const said = [data.say("chart.caption", { gain: y.conditions, cost: x.conditions })];
    if (x.runtime) said.push(data.say("chart.caption.runtime", { runtime: x.runtime }));
    else if (x.quantity === "latency" && !x.measured) said.push(data.say("chart.caption.runtime.none"));
    if (dots.some((dot) => dot.slow)) said.push(data.say("chart.slow.plot"));
    return said;
  };

  /* Families to be switched off and on; nothing where there is only one. */
  zoo.legend = (data, hidden, changed) => {
    const legend = zoo.make("div", "zoo-legend");
    legend.setAttribute("role", "group");
    legend.ariaLabel = data.say("chart.families");
    if (data.families.length < 2) return legend;
    data.families.forEach((family, number) => {
      const sign = zoo.make("span", "zoo-series");
      sign.dataset.series = Math.min(number, SERIES);
      sign.ariaHidden = "true";
      const button = zoo.make("button", "zoo-legend__one", sign, family);
      button.type = "button";
      button.ariaPressed = String(!hidden.has(number));
      button.addEventListener("click", () => {
        if (!hidden.delete(number)) hidden.add(number);
        button.ariaPressed = String(!hidden.has(number));
        changed();
      });
      legend.append(button);
    });
    return legend;
  };

  /* A table of the columns: cheapest first where it is not sorted otherwise. */
  zoo.table = (data, label, columns, dots, { ranked = false } = {}) => {
    const head = zoo.make("tr");
    const heading = (text, unit, className) => {
      const cell = zoo.make("th", className, text);
      cell.scope = "col";
      if (unit) cell.append(zoo.make("span", "zoo-unit", unit));
      head.append(cell);
    };
    if (ranked) heading(data.say("choose.rank"), "", "zoo-rank");
    heading(data.say("chart.model"), "", "zoo-name");
    if (data.families.length > 1) heading(data.say("chart.family"), "", "zoo-text");
    for (const column of columns) {
      const [what, unit] = ["quantity", "unit"].map((part) => data.say(`chart.${part}.${column.quantity}`));
      heading(what, data.say("chart.unit.with", { unit, kind: zoo.kindOf(data, column) }), "zoo-number");
    }
    const body = zoo.make("tbody", "", ...dots.map((dot) => tableRow(data, columns, dot, ranked)));
    const table = zoo.make("table", "zoo-table zoo-table--models", zoo.make("thead", "", head), body);
    const scroll = zoo.make("div", "zoo-scroll", table);
    Object.assign(scroll, { tabIndex: 0, role: "region", ariaLabel: label });
    return scroll;
  };

  /* A rank, marked where others share it; none without a figure to rank by. */
  function rankCell(data, { rank, level }) {
    if (!level) return zoo.make("td", "zoo-rank", String(rank ?? "–"));
    const sign = zoo.make("span", "", "=");
    sign.ariaHidden = "true";
    const said = zoo.make("span", "zoo-hidden", ` (${data.say("choose.level")})`);
    const shown = zoo.make("span", "zoo-level", sign, String(rank), said);
    shown.title = data.say("choose.level");
    return zoo.make("td", "zoo-rank", shown);
  }

  function tableRow(data, columns, { row, model, best, ...place }, ranked) {
    const line = zoo.make("tr");
    if (ranked) line.append(rankCell(data, place));
    const link = zoo.make("a", "", model.title);
    link.href = model.href;
    const sign = zoo.make("span", "zoo-series");
    sign.dataset.series = Math.min(model.family, SERIES);
    const box = ranked ? zoo.pickBox(model.id, model.title) : [];
    const name = zoo.make("th", "zoo-name", ...box, ...(data.families.length > 1 ? [sign] : []), link);
    name.scope = "row";
    if (best) {
      const star = zoo.make("span", "zoo-frontier", " ★");
      star.title = data.say("chart.best");
      name.append(star);
    }
    line.append(name);
    if (data.families.length > 1) line.append(zoo.make("td", "zoo-text", model.familyName));
    for (const column of columns) {
      line.append(zoo.make("td", "zoo-number", ...(column.values[row] === undefined ? ["–"] : [zoo.figure(column, row), ...zoo.slowMark(data, column, row)])));
    }
    return line;
  }
})();
