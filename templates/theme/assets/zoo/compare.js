/* The page to compare on: which models, against which of them, all of it in the address. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const MOST = 6;
  const OFFERED = 40;
  const FAMILY = 3;
  const PREPARED = ["input", "resize", "crop", "normalise"];
  const COSTS = ["latency", "flops", "params", "memory"];

  /* An island with what only this page knows: facts, reasons, paired sets. */
  function readCompared(root) {
    const more = zoo.readIsland(root);
    const data = zoo.readData(root, more);
    const bits = root.dataset.modelsHref.replace(/[^/]*$/, "bits/");
    return {
      ...data,
      models: data.models.map((model, row) => ({ ...model, row })),
      bits,
      facts: more.facts.map((fact) => ({ ...fact, of: zoo.readRuns(fact.of) })),
      kinds: Object.fromEntries(Object.entries(more.kinds).map(([kind, runs]) => [kind, zoo.readRuns(runs)])),
      paired: { ...more.paired, reasons: zoo.readRuns(more.paired.reasons) },
      texts: more.texts,
      titles: more.titles,
      verdicts: more.verdicts,
      absent: new Map(more.absent.map(([key, row, reason]) => [`${key} ${row}`, reason])),
    };
  }

  /* What the address says: models by id, the reference, which rows, what is plotted. */
  function read(data, hash) {
    const told = new URLSearchParams(hash.replace(/^#/, ""));
    const asked = [...new Set(told.getAll("m"))];
    const rows = asked.map((id) => data.models.findIndex((model) => model.id === id));
    const found = rows.filter((row) => row >= 0);
    const chosen = found.slice(0, MOST);
    const columns = offered(data, chosen);
    const pick = (name, among) => among.find((column) => column.key === told.get(name));
    const y = pick("y", columns.gains) ?? columns.gains[0];
    const costs = columns.costs(y);
    const x = pick("x", costs) ?? costs[0];
    return {
      chosen,
      unknown: asked.filter((_, at) => rows[at] < 0),
      left: found.slice(MOST),
      reference: Math.max(0, chosen.findIndex((row) => data.models[row].id === told.get("ref"))),
      differ: told.get("rows") === "differ",
      single: told.get("rows") === "all",
      x,
      y,
      lost: chosen.length > 1 && ["x", "y"].some((name) => told.get(name) && { x, y }[name]?.key !== told.get(name)),
    };
  }

  function address(data, state) {
    const told = new URLSearchParams();
    for (const row of state.chosen) told.append("m", data.models[row].id);
    for (const id of state.unknown) told.append("m", id);
    if (state.reference > 0) told.set("ref", data.models[state.chosen[state.reference]].id);
    if (state.differ) told.set("rows", "differ");
    else if (state.single) told.set("rows", "all");
    const columns = offered(data, state.chosen);
    if (state.y && state.y !== columns.gains[0]) told.set("y", state.y.key);
    if (state.x && state.x !== columns.costs(state.y)[0]) told.set("x", state.x.key);
    return told.toString();
  }

  /* Columns that two of the chosen models have figures in; those of most models first. */
  function offered(data, chosen) {
    const having = (column) => chosen.filter((row) => column.values[row] !== undefined).length;
    const shared = (columns, besides) =>
      columns
        .map((column) => [column, chosen.filter((row) => column.values[row] !== undefined && (!besides || besides.values[row] !== undefined)).length])
        .filter(([, count]) => count > 1)
        .sort(([, one], [, other]) => other - one)
        .map(([column]) => column);
    const gains = shared(data.columns.filter((one) => one.quantity === "top1" && having(one) > 1));
    const costs = (gain) => (gain ? COSTS.flatMap((cost) => shared(zoo.besides(data, cost, gain), gain)) : []);
    return { gains, costs };
  }

  function compare(root) {
    const data = readCompared(root);
    const aliases = data.facts.find((fact) => fact.key === "aliases");
    const named = ({ id, title, familyName }, row) => [title, id, data.texts[aliases?.of[row]] ?? "", familyName, ...(data.titles[familyName] ?? [])];
    const sought = data.models.map((model, row) => named(model, row).map(zoo.bare));
    let state = read(data, location.hash);

    const part = (name, ...children) => zoo.make("div", `zoo-compare__${name}`, ...children);
    const chips = zoo.make("ul", "zoo-picked");
    chips.ariaLabel = data.say("compare.chosen");
    const told = part("told");
    const spoken = zoo.make("div", "zoo-hidden");
    spoken.setAttribute("role", "status");
    const picker = zoo.combobox({ label: data.say("compare.add"), hint: data.say("compare.hint"), search, choose: add, say: sayFound });
    const start = part("start");
    const options = part("options");
    const table = part("table");
    const plot = zoo.plotOf(data, (change) => { Object.assign(state, change); show(); });
    const tests = zoo.pairedTests(data);
    root.append(part("pick", chips, picker.element, told, start), options, table, plot.element, tests.element, spoken);

    function search(text) {
      const wanted = zoo.bare(text);
      const rank = (row) => {
        const at = sought[row].findIndex((one) => one.includes(wanted));
        return at < 0 ? Infinity : Math.min(at, FAMILY) + (sought[row][at].startsWith(wanted) ? 0 : FAMILY + 1);
      };
      return data.models
        .map((model, row) => ({ model, row, rank: rank(row) }))
        .filter(({ row, rank: found }) => found < Infinity && !state.chosen.includes(row))
        .sort((one, other) => one.rank - other.rank || one.row - other.row)
        .slice(0, OFFERED)
        .map(({ model, row }) => ({ value: row, text: model.title, note: model.familyName }));
    }

    function sayFound(found) {
      return found.length ? data.say("compare.found", { count: found.length }) : data.say("compare.found.none");
    }

    function add(row) {
      if (state.chosen.length >= MOST) return;
      change([...state.chosen, row]);
      announce("compare.added", row);
    }

    function remove(row) {
      const at = state.chosen.indexOf(row);
      change(state.chosen.filter((one) => one !== row));
      announce("compare.removed", row);
      const buttons = chips.querySelectorAll("button");
      (buttons[Math.min(at, buttons.length - 1)] ?? picker.field).focus();
    }

    function announce(key, row) {
      spoken.textContent = data.say(key, { model: data.models[row].title, count: state.chosen.length });
    }

    /* Other models, with the reference and the conditions kept where they still make sense. */
    function change(chosen) {
      const reference = state.chosen[state.reference];
      const next = { ...state, chosen, left: [], reference: Math.max(0, chosen.indexOf(reference)) };
      const { gains, costs } = offered(data, chosen);
      next.y = gains.includes(state.y) ? state.y : gains[0];
      next.x = costs(next.y).includes(state.x) ? state.x : costs(next.y)[0];
      state = next;
      show();
    }

    function show() {
      zoo.remember(address(data, state));
      showChips();
      showTold();
      showStart();
      const enough = state.chosen.length > 1;
      for (const element of [options, table]) element.hidden = !enough;
      plot.show(enough ? state : null, offered(data, state.chosen));
      tests.show(enough ? state : null);
      if (!enough) return;
      showOptions();
      showTable();
    }

    function showChips() {
      const cross = (text, click) => {
        const button = zoo.button("×", click);
        button.className = "zoo-picked__remove";
        button.ariaLabel = data.say("compare.remove", { model: text });
        return button;
      };
      const known = state.chosen.map((row, slot) => {
        const { title } = data.models[row];
        return zoo.make("li", "zoo-picked__one", zoo.sign(slot), zoo.make("span", "", title), cross(title, () => remove(row)));
      });
      const unknown = state.unknown.map((id) => {
        const drop = () => { state.unknown = state.unknown.filter((one) => one !== id); show(); picker.field.focus(); };
        const note = zoo.make("small", "", data.say("compare.unknown.short"));
        return zoo.make("li", "zoo-picked__one zoo-picked__one--unknown", zoo.make("span", "", id), note, cross(id, drop));
      });
      chips.replaceChildren(...known, ...unknown);
      chips.hidden = known.length + unknown.length === 0;
      picker.element.hidden = state.chosen.length >= MOST;
    }

    /* What the address asked for and did not get. */
    function showTold() {
      const said = [];
      const names = (list) => list.join(data.say("compare.comma"));
      if (state.unknown.length) said.push(data.say("compare.unknown", { models: names(state.unknown.map((id) => data.say("compare.quoted", { id }))) }));
      if (state.left.length) said.push(data.say("compare.left-out", { models: names(state.left.map((row) => data.models[row].title)) }));
      if (state.lost) said.push(data.say("compare.lost"));
      if (state.chosen.length >= MOST) said.push(data.say("compare.full"));
      told.replaceChildren(...said.map((text) => zoo.make("p", "zoo-note", text)));
    }

    /* Ways in, while there is nothing to compare yet. */
    function showStart() {
      start.hidden = state.chosen.length > 1;
      if (start.hidden) return;
      const one = state.chosen.length === 1;
      const ways = one ? nearest(state.chosen[0]) : beginnings();
      const buttons = ways.map(([text, rows]) => zoo.button(text, () => { change(rows); picker.field.focus(); }));
      start.replaceChildren(zoo.make("p", "zoo-note", data.say(one ? "compare.start.one" : "compare.start")), zoo.make("div", "zoo-compare__ways", ...buttons));
    }

    function beginnings() {
      const gain = data.columns.find((column) => column.quantity === "top1");
      const costs = COSTS.map((cost) => zoo.besides(data, cost, gain)[0]).filter(Boolean);
      const extreme = (column, sign) =>
        data.models.map((_, row) => row).filter((row) => column.values[row] !== undefined && !column.slow.has(row)).sort((one, other) => sign * (column.values[one] - column.values[other]))[0];
      const best = [...new Set([extreme(gain, -1), ...costs.map((cost) => extreme(cost, 1))])];
      const flops = zoo.besides(data, "flops", gain)[0];
      const front = flops ? zoo.pairs(data, flops, gain).filter((dot) => dot.best).map((dot) => dot.row) : [];
      return [
        [data.say("compare.start.best"), best],
        [data.say("compare.start.frontier"), front.slice(-MOST)],
      ].filter(([, rows]) => rows.length > 1);
    }

    /* Models of about the same accuracy, under the first conditions that the model has one in. */
    function nearest(row) {
      const gain = data.columns.find((column) => column.quantity === "top1" && column.values[row] !== undefined);
      const others = data.models.map((_, other) => other).filter((other) => other !== row && (!gain || gain.values[other] !== undefined));
      if (gain) others.sort((one, other) => Math.abs(gain.values[one] - gain.values[row]) - Math.abs(gain.values[other] - gain.values[row]));
      return others.slice(0, 4).map((other) => [data.models[other].title, [row, other]]);
    }

    function showOptions() {
      const select = zoo.make("select", "zoo-select");
      state.chosen.forEach((row, at) => {
        const option = zoo.make("option", "", data.models[row].title);
        Object.assign(option, { value: at, selected: at === state.reference });
        select.append(option);
      });
      select.addEventListener("change", () => { state.reference = Number(select.value); again("select"); });
      const label = zoo.make("label", "zoo-choice", zoo.make("span", "", data.say("compare.reference")), select);
      const differ = zoo.checkbox(data.say("compare.differ"), state.differ, (on) => { state.differ = on; state.single &&= !on; again("input", 0); });
      const single = zoo.checkbox(data.say("compare.single"), state.single, (on) => { state.single = on; state.differ &&= !on; again("input", 1); });
      options.replaceChildren(label, differ, single);
      zoo.copyButton(data.say("compare.copy"), data.say("compare.copied"), options);
      options.append(zoo.button(data.say("compare.clear"), () => { state = read(data, ""); show(); picker.field.focus(); }));
    }

    /* Shows all anew, with the focus on the control that was used. */
    function again(selector, at = 0) {
      show();
      options.querySelectorAll(selector)[at].focus();
    }

    function showTable() {
      const every = zoo.sideRows(data, state.chosen);
      const rows = every.filter((row) => (state.single || row.comparable) && (!state.differ || row.differs));
      const left = every.filter((row) => !row.comparable).length;
      const marked = zoo.slowNote(data, rows.map(({ column }) => column).filter(Boolean), state.chosen);
      const reference = data.models[state.chosen[state.reference]].title;
      const said = [data.say("compare.rows", { count: every.length, shown: rows.length })];
      if (left && !state.single) said.push(data.say("compare.single.note", { count: left }));
      if (!rows.length) said.push(data.say("compare.nothing"));
      table.replaceChildren(
        ...warning(every),
        zoo.sideTable(data, state.chosen, rows, state.reference),
        ...marked,
        zoo.make("p", "zoo-note", [data.say("compare.legend", { model: reference }), ...said].join(data.say("chart.sentence"))),
      );
    }

    /* What keeps accuracies from being quite alike. */
    function warning(rows) {
      const unlike = rows.filter((row) => PREPARED.includes(row.key) && row.differs);
      if (!unlike.length) return [];
      const what = unlike.map((row) => row.title).join(data.say("compare.comma"));
      const sized = unlike[0].key === "input";
      return [zoo.make("p", "zoo-compare__warning", data.say(sized ? "compare.sizes.input" : "compare.sizes", { what }))];
    }

    window.addEventListener("hashchange", () => {
      if (location.hash.slice(1) === address(data, state) || !/=|^$/.test(location.hash)) return;
      state = read(data, location.hash);
      show();
    });
    show();
  }

  const roots = document.querySelectorAll("[data-zoo-compare]");
  for (const root of roots) compare(root);
})();
