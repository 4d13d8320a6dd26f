/* The page to choose on: budgets, the models within them, ranked; all of it in the address. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const COSTS = ["latency", "flops", "params", "memory"];
  const QUANTITIES = ["top1", ...COSTS];
  const LIMITS = { top1: "min", latency: "ms", flops: "gflops", params: "mparams", memory: "mib" };
  const FIRST = 30;
  const WIDE = 4;
  const WAYS = 3;

  /* The state is what the address says; what it leaves out is as on a fresh page. */
  function read(data, hash) {
    const told = new URLSearchParams(hash.replace(/^#/, ""));
    const find = (quantity, offered) => offered.find((one) => one.key === told.get(quantity));
    const gains = data.columns.filter((one) => one.quantity === "top1");
    const columns = { top1: find("top1", gains) ?? gains[0] };
    for (const cost of COSTS) {
      const offered = zoo.besides(data, cost, columns.top1);
      columns[cost] = find(cost, offered) ?? offered[0];
    }
    const limits = {};
    for (const [quantity, name] of Object.entries(LIMITS)) {
      const limit = zoo.limit(told.get(name));
      if (limit !== undefined && columns[quantity]) limits[quantity] = limit;
    }
    const having = (name, among, otherwise) => (among.includes(told.get(name)) ? told.get(name) : otherwise);
    const costs = COSTS.filter((cost) => columns[cost]);
    const lost = QUANTITIES.some((one) => told.get(one) && columns[one]?.key !== told.get(one));
    return { columns, limits, lost, by: having("by", ["top1", ...costs], "top1"), x: having("x", costs, costs[0]) };
  }

  function address(data, { columns, limits, by, x }) {
    const fresh = read(data, "");
    const told = new URLSearchParams();
    const offered = { ...fresh.columns };
    for (const cost of COSTS) offered[cost] = zoo.besides(data, cost, columns.top1)[0];
    for (const one of QUANTITIES) {
      const limited = limits[one] !== undefined;
      if (columns[one] && (columns[one] !== offered[one] || limited)) told.set(one, columns[one].key);
      if (limited) told.set(LIMITS[one], limits[one]);
    }
    if (by !== "top1") told.set("by", by);
    if (x !== fresh.x) told.set("x", x);
    return told.toString();
  }

  /* Whether a model is within every budget; without a figure it cannot be. */
  function fits({ columns, limits }, row) {
    return Object.entries(limits).every(([quantity, limit]) => {
      const value = columns[quantity].values[row];
      return value !== undefined && (quantity === "top1" ? value >= limit : value <= limit);
    });
  }

  function ranked(data, state) {
    const { columns, by } = state;
    const order = by === "top1" ? -1 : 1;
    const value = (quantity, row) => columns[quantity]?.values[row];
    const apart = (quantity, one, other, sign) => {
      const [a, b] = [value(quantity, one.row), value(quantity, other.row)];
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
      // Upper bounds are ranked with nothing: they come behind.
      const bound = (row) => columns[quantity].slow.has(row);
      if (bound(one.row) !== bound(other.row)) return bound(one.row) - bound(other.row);
      return sign * (a - b);
    };
    const found = data.models
      .map((model, row) => ({ model, row }))
      .filter(({ row }) => value("top1", row) !== undefined && fits(state, row))
      .sort((one, other) => apart(by, one, other, order));
    const next = (one, other) => apart(by === "top1" ? state.x : "top1", one, other, -order) || one.row - other.row;
    return withRanks(found, columns[by], next);
  }

  /* Whether a model has a figure to rank by that is no upper bound. */
  const ranks = ({ values, slow }, row) => values[row] !== undefined && !slow.has(row);

  /* What cannot be told from the first of a rank shares it, and is ordered by the next quantity. */
  function withRanks(found, column, next) {
    const groups = [];
    for (const one of found) {
      const group = groups.at(-1);
      if (group && level(column, group[0].row, one.row)) group.push(one);
      else groups.push([one]);
    }
    let rank = 1;
    return groups.flatMap((group) => {
      const known = ranks(column, group[0].row);
      const place = { rank: known ? rank : undefined, level: known ? group.length - 1 : 0 };
      rank += group.length;
      return group.sort(next).map((one) => ({ ...one, ...place }));
    });
  }

  /* Whether two figures are equal, or times differ by less than the processes did that took them. */
  function level({ values, spreads, slow }, one, other) {
    const [a, b] = [values[one], values[other]];
    if (slow.has(one) || slow.has(other)) return false;
    return a === b || Math.abs(a - b) <= Math.max(a * (spreads[one] ?? 0), b * (spreads[other] ?? 0));
  }

  /* Models that a budget cannot be asked of. */
  function unknown(data, { columns, limits }) {
    const asked = ["top1", ...Object.keys(limits)];
    return data.models.map((_, row) => ({ row })).filter(({ row }) => asked.some((one) => columns[one].values[row] === undefined));
  }

  /* Those among them that only lack a latency, and have one of the same place from elsewhere. */
  function beside(data, { columns, limits }, left) {
    const { top1, latency } = columns;
    const asked = ["top1", ...Object.keys(limits)].filter((one) => one !== "latency");
    if (limits.latency === undefined) return [];
    const others = zoo.besides(data, "latency", top1).filter((one) => one !== latency && one.where === latency.where);
    return left.filter(({ row }) => asked.every((one) => columns[one].values[row] !== undefined) && others.some(({ values }) => values[row] !== undefined));
  }

  /* The same budgets under other conditions that some models meet: accuracies of other sources, or
     latencies of the same device, precision and batch. Those that change least come first. */
  function otherwise(data, state) {
    const { top1, latency } = state.columns;
    const gains = data.columns.filter((column) => column.quantity === "top1");
    const places = (gain) =>
      state.limits.latency === undefined
        ? [latency]
        : zoo.besides(data, "latency", gain).filter((one) => one.where === latency.where);
    const ways = gains
      .flatMap((gain) => places(gain).map((place) => ({ top1: gain, latency: place })))
      .map((columns) => way(data, state, columns))
      .filter(({ kept, found, changed }) => kept && found.length && changed.length);
    const least = Math.min(...ways.map(({ changed }) => changed.length));
    return ways
      .filter(({ changed }) => changed.length === least)
      .sort((one, other) => other.found.length - one.found.length);
  }

  function way(data, state, columns) {
    const next = read(data, `#${address(data, { ...state, columns: { ...state.columns, ...columns } })}`);
    const changed = Object.keys(columns).filter((one) => next.columns[one] !== state.columns[one]);
    const kept = Object.keys(columns).every((one) => next.columns[one] === columns[one]);
    return { next, changed, kept: kept && !next.lost, found: ranked(data, next) };
  }

  /* The model that misses one budget only, by the least. */
  function nearest(data, state) {
    const missing = Object.entries(state.limits).flatMap(([quantity, limit]) => {
      const { [quantity]: _, ...limits } = state.limits;
      const { values } = state.columns[quantity];
      const [first] = ranked(data, { ...state, limits, by: quantity }).filter(({ row }) => values[row] !== undefined);
      return first ? [{ ...first, quantity, apart: Math.abs(Math.log(values[first.row] / limit)) }] : [];
    });
    return missing.sort((one, other) => one.apart - other.apart)[0];
  }

  function choose(root) {
    const data = zoo.readData(root);
    let state = read(data, location.hash);
    if (!state.x) return;
    let all = false;

    const panel = zoo.make("form", "zoo-panel");
    panel.ariaLabel = data.say("choose.budgets");
    panel.addEventListener("submit", (event) => event.preventDefault());
    const answer = zoo.make("div", "zoo-answer");
    const summary = zoo.make("output", "zoo-summary");
    const bar = zoo.make("div", "zoo-chart__bar");
    const stage = zoo.make("div", "zoo-chart__stage");
    const note = zoo.make("p", "zoo-note");
    const found = zoo.make("div", "zoo-found", answer, summary);
    const result = zoo.make("div", "zoo-result", bar, stage);
    const list = zoo.make("div", "zoo-ranking");
    root.append(zoo.make("div", "zoo-asked", found, panel), result, list, note);
    const chart = zoo.chart(stage, data);

    const selects = Object.fromEntries(QUANTITIES.map((one) => [one, zoo.make("div", "zoo-panel__select")]));
    const budgets = Object.fromEntries(
      ["latency", "top1", "flops", "params", "memory"].map((one) => [one, zoo.budget(data, one, one === "top1", (limit) => limitTo(one, limit))]),
    );
    const rank = zoo.make("div", "zoo-panel__rank");
    const actions = zoo.make("div", "zoo-panel__actions");
    for (const [one, budget] of Object.entries(budgets)) {
      panel.append(zoo.make("div", "zoo-panel__group", budget.element, selects[one]));
    }
    panel.append(rank, actions);
    addActions();

    function addActions() {
      actions.append(zoo.button(data.say("choose.reset"), () => { state = read(data, ""); offer(); show(); }));
      zoo.copyButton(data.say("choose.copy"), data.say("choose.copied"), actions);
    }

    function limitTo(quantity, limit) {
      if (limit === undefined) delete state.limits[quantity];
      else state.limits[quantity] = limit;
      if (COSTS.includes(quantity) && limit !== undefined) state.x = quantity;
      later();
    }

    /* What can be chosen beside what has been. */
    function offer() {
      for (const one of QUANTITIES) {
        const columns = one === "top1" ? data.columns.filter((column) => column.quantity === "top1") : zoo.besides(data, one, state.columns.top1);
        budgets[one].show(state.columns[one], state.limits[one]);
        selects[one].replaceChildren();
        if (columns.length > 1) {
          const what = data.say(`chart.quantity.${one}`);
          const select = one === "latency" ? zoo.placeSelects : zoo.columnSelect;
          selects[one].append(...[select(data, data.say("choose.conditions", { what }), columns, state.columns[one], (column) => pick(one, column))].flat());
        } else if (columns.length === 1) {
          selects[one].append(zoo.make("small", "", columns[0].conditions));
        }
      }
      const names = (values) => values.map((one) => [one, data.say(`choose.by.${one}`)]);
      const costs = COSTS.filter((cost) => state.columns[cost]);
      rank.replaceChildren(
        zoo.make("span", "zoo-budget__label", data.say("choose.rank-by")),
        zoo.segments(data.say("choose.rank-by"), names(["top1", ...costs]), state.by, (by) => { state.by = by; if (by !== "top1") state.x = by; later(); }),
      );
    }

    function pick(quantity, column) {
      state.columns[quantity] = column;
      if (quantity === "latency") state.x = "latency";
      // Costs at another input size cannot stay beside the new accuracies.
      if (quantity === "top1") state = read(data, `#${address(data, state)}`);
      const focused = [...selects[quantity].children].indexOf(document.activeElement);
      offer();
      if (focused >= 0) selects[quantity].children[focused]?.focus();
      later();
    }

    let waiting = 0;
    function later() {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(show);
    }

    function show() {
      zoo.remember(address(data, state));
      const found = ranked(data, state);
      const [x, y] = [state.columns[state.x], state.columns.top1];
      const within = new Set(found.map(({ row }) => row));
      const limits = { x: state.limits[state.x], y: state.limits.top1 };
      const values = x.values.filter((value) => value !== undefined);
      const least = Math.min(...values);
      const log = least > 0 && Math.max(...values) / least > WIDE;
      const dots = chart.show({ x, y, frontier: true, log, fits: (row) => within.has(row), limits });
      const best = new Set(dots.filter((dot) => dot.best).map((dot) => dot.row));
      for (const one of found) one.best = best.has(one.row);
      showBar();
      showAnswer(found);
      showList(found);
      for (const told of document.querySelectorAll("[data-zoo-protocol]")) told.hidden = !state.columns.latency?.measured;
      const said = zoo.captions(data, { x, y }, dots);
      if (state.lost) said.push(data.say("choose.lost"));
      note.textContent = said.join(data.say("chart.sentence"));
    }

    function showBar() {
      const costs = COSTS.filter((cost) => state.columns[cost]);
      const chosen = bar.querySelector(":checked")?.value;
      if (chosen === state.x && bar.childElementCount) return;
      const focused = bar.contains(document.activeElement);
      bar.replaceChildren(
        zoo.segments(data.say("chart.cost"), costs.map((one) => [one, data.say(`chart.quantity.${one}`)]), state.x, (cost) => { state.x = cost; later(); }),
      );
      if (focused) bar.querySelector(":checked").focus();
    }

    function showAnswer(found) {
      const [first] = found;
      const left = unknown(data, state);
      const elsewhere = beside(data, state, left).length;
      const said = [data.say("choose.fit", { count: found.length, all: data.models.length })];
      if (left.length) said.push(data.say("choose.unknown", { count: left.length }));
      if (elsewhere) said.push(data.say("choose.beside", { count: elsewhere }));
      summary.textContent = said.join(data.say("chart.sentence"));
      if (!first) {
        answer.replaceChildren(zoo.make("span", "zoo-answer__none", data.say("choose.none")), ...waysOut());
        return;
      }
      const link = zoo.make("a", "zoo-answer__name", first.model.title);
      link.href = first.model.href;
      const facts = QUANTITIES.filter((one) => state.columns[one]?.values[first.row] !== undefined).map((one) => {
        const column = state.columns[one];
        const value = zoo.make("strong", "", zoo.figure(column, first.row), ...zoo.slowMark(data, column, first.row), ` ${data.say(`chart.unit.${one}`)}`);
        const kind = zoo.kindOf(data, column);
        return zoo.make("span", "zoo-answer__fact", value, zoo.make("small", "", data.say("choose.fact", { what: data.say(`chart.quantity.${one}`), kind })));
      });
      const label = zoo.make("span", "zoo-card__label", data.say(isOpen(found) ? "choose.best.open" : `choose.best.${state.by}`));
      const tied = first.level ? [zoo.make("small", "", data.say("choose.level.with", { count: first.level }))] : [];
      answer.replaceChildren(zoo.make("div", "zoo-answer__who", label, link, ...tied), zoo.make("div", "zoo-answer__facts", ...facts), ...waysBeside());
    }

    /* Whether upper bounds leave open who is the first: it is one, or one is no longer. */
    function isOpen(found) {
      const { values, slow } = state.columns[state.by];
      const [{ row: first }] = found;
      return slow.has(first) || found.some(({ row }) => slow.has(row) && values[row] <= values[first]);
    }

    /* Where nothing fits: what comes nearest, and which other conditions have an answer. */
    function waysOut() {
      const near = nearest(data, state);
      const said = near ? [zoo.make("p", "zoo-note", data.say("choose.nearest", nearestGaps(near)))] : [];
      const parts = [...said, ...waysTo("choose.ways", otherwise(data, state))];
      return parts.length ? [zoo.make("div", "zoo-answer__out", ...parts)] : [];
    }

    function nearestGaps({ model, row, quantity }) {
      const value = zoo.marked(state.columns[quantity], row);
      return { model: model.title, what: data.say(`chart.quantity.${quantity}`), value, unit: data.say(`chart.unit.${quantity}`) };
    }

    /* Where something fits: conditions under which models fit that have no figure under these. */
    function waysBeside() {
      const { latency } = state.columns;
      const silent = ({ row }) => latency.values[row] === undefined;
      const others = state.limits.latency === undefined ? [] : otherwise(data, state).filter(({ changed, found }) => changed.join() === "latency" && found.some(silent));
      return others.length ? [zoo.make("div", "zoo-answer__out", ...waysTo("choose.ways.beside", others))] : [];
    }

    function waysTo(title, ways) {
      if (!ways.length) return [];
      const buttons = ways.slice(0, WAYS).map(({ next, found, changed }) => {
        const told = changed.map((one) => (one === "latency" ? zoo.toldBy(data, next.columns.latency) : next.columns[one].conditions));
        const gaps = { count: found.length, model: found[0].model.title, conditions: told.join(" · ") };
        return zoo.button(data.say("choose.way", gaps), () => {
          state = next;
          offer();
          show();
          answer.querySelector("a")?.focus();
        });
      });
      return [zoo.make("p", "zoo-note", data.say(title)), zoo.make("div", "zoo-answer__ways", ...buttons)];
    }

    function showList(found) {
      const columns = QUANTITIES.map((one) => state.columns[one]).filter(Boolean);
      const shown = all ? found : found.slice(0, FIRST);
      list.replaceChildren();
      if (!found.length) return;
      list.append(zoo.table(data, data.say("choose.ranking"), columns, shown, { ranked: true }), ...zoo.slowNote(data, columns, shown.map(({ row }) => row)));
      if (shown.length < found.length) {
        list.append(zoo.button(data.say("choose.more", { count: found.length }), () => { all = true; show(); }));
      }
    }

    window.addEventListener("hashchange", () => {
      if (location.hash.slice(1) === address(data, state) || !/=|^$/.test(location.hash)) return;
      state = read(data, location.hash);
      offer();
      show();
    });
    offer();
    show();
  }

  const roots = document.querySelectorAll("[data-zoo-choose]");
  for (const root of roots) choose(root);
})();
