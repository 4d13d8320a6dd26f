/* What stands below the table of the page to compare on: the plot of the chosen models, and paired
   tests of their accuracy. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const COSTS = ["latency", "flops", "params", "memory"];
  const WIDE = 4;
  const TINY = 1e-99;
  const TELLING = 0.05;
  let sections = 0;

  function section(title) {
    const heading = zoo.make("h2", "", title);
    heading.id = `zoo-compared-${(sections += 1)}`;
    const element = zoo.make("section", "zoo-compared", heading);
    element.setAttribute("aria-labelledby", heading.id);
    return element;
  }

  /* Only the chosen models, each in a colour and shape of its own. */
  zoo.plotOf = (data, changed) => {
    const element = section(data.say("compare.plot"));
    const own = { ...data, models: data.models.map((model) => ({ ...model })) };
    const bar = zoo.make("div", "zoo-chart__bar");
    const choices = zoo.make("div", "zoo-chart__choices");
    const stage = zoo.make("div", "zoo-chart__stage");
    const note = zoo.make("p", "zoo-note");
    element.append(zoo.make("div", "zoo-result", bar, choices, stage, note));
    let chart = null;

    function offer({ x, y }, { gains, costs }) {
      const focused = element.contains(document.activeElement) ? document.activeElement.dataset.part ?? "bar" : "";
      const offered = costs(y);
      const quantities = COSTS.filter((cost) => offered.some((column) => column.quantity === cost));
      const names = quantities.map((cost) => [cost, data.say(`chart.quantity.${cost}`)]);
      bar.replaceChildren(
        zoo.segments(data.say("chart.cost"), names, x.quantity, (cost) => changed({ x: offered.find((column) => column.quantity === cost) })),
      );
      const select = (part, label, columns, chosen, choose) => {
        if (columns.length < 2) return [];
        const list = zoo.columnSelect(data, label, columns, chosen, choose);
        list.dataset.part = part;
        return [zoo.make("label", "zoo-choice", zoo.make("span", "", label), list)];
      };
      const alike = offered.filter((column) => column.quantity === x.quantity);
      choices.replaceChildren(
        ...select("x", data.say(`chart.quantity.${x.quantity}`), alike, x, (column) => changed({ x: column })),
        ...select("y", data.say("chart.quantity.top1"), gains, y, (column) => changed({ y: column, x: costs(column).includes(x) ? x : costs(column)[0] })),
      );
      if (focused === "bar") bar.querySelector(":checked").focus();
      else if (focused) choices.querySelector(`[data-part="${focused}"]`)?.focus();
    }

    function show(state, offered) {
      element.hidden = !state?.x;
      if (element.hidden) return;
      chart ??= zoo.chart(stage, own);
      state.chosen.forEach((row, slot) => (own.models[row].family = slot));
      offer(state, offered);
      const { x, y, chosen } = state;
      const values = chosen.map((row) => x.values[row]).filter((value) => value !== undefined);
      const log = Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > WIDE;
      const dots = chart.show({ x, y, log, frontier: true, wanted: (row) => chosen.includes(row) });
      const said = zoo.captions(data, { x, y }, dots);
      if (dots.length < chosen.length) said.push(data.say("chart.missing", { count: chosen.length - dots.length }));
      note.textContent = said.join(data.say("chart.sentence"));
    }
    return { element, show };
  };

  /* McNemar's test of the reference against each other model, where their bits are there. */
  zoo.pairedTests = (data) => {
    const element = section(data.say("compare.paired"));
    const content = zoo.make("div");
    content.setAttribute("aria-live", "polite");
    element.append(content);
    let latest = 0;
    const titled = (row) => data.models[row].title;

    async function show(state) {
      const mine = (latest += 1);
      element.hidden = !state;
      if (!state) return;
      const reference = state.chosen[state.reference];
      const others = state.chosen.filter((row) => row !== reference);
      const found = others.map((row) => [row, sharedSet(data, reference, row)]);
      const sets = [...new Set(found.map(([, set]) => set).filter(Boolean))];
      const untested = found.filter(([, set]) => !set).map(([row]) => row);
      if (sets.length) content.replaceChildren(zoo.make("p", "zoo-note", data.say("compare.paired.loading")));
      const tables = await Promise.all(sets.map((set) => tested(set, reference, found.filter(([, one]) => one === set).map(([row]) => row))));
      if (mine !== latest) return;
      const reasons = whyNot(reference, untested).map((text) => zoo.make("li", "", text));
      const list = reasons.length ? [zoo.make("ul", "zoo-remarks", ...reasons)] : [];
      content.replaceChildren(...tables.flat(), ...list);
    }

    async function tested(set, reference, others) {
      const names = new Map(set.of);
      const load = (row) => zoo.loadBits(data.bits, names.get(row)).catch(() => null);
      const [own, ...bits] = await Promise.all([reference, ...others].map(load));
      const missing = [reference, ...others].filter((_, at) => ![own, ...bits][at]);
      const failed = missing.map((row) => zoo.make("p", "zoo-note", data.say("compare.paired.failed", { model: titled(row) })));
      const lines = others
        .map((row, at) => ({ row, bits: bits[at] }))
        .filter((one) => own && one.bits)
        .map((one) => tableLine(one.row, reference, zoo.tally(one.bits, own, set.images)));
      const lead = zoo.make("p", "zoo-note", data.say("compare.paired.lead", { conditions: set.conditions }));
      if (!lines.length) return failed;
      const many = lines.length > 1 ? [zoo.make("p", "zoo-note", data.say("compare.paired.many", { count: lines.length, level: zoo.printed("latency", TELLING / lines.length) }))] : [];
      return [lead, pairedTable(reference, lines), ...many, ...failed];
    }

    function pairedTable(reference, lines) {
      const say = (key) => data.say(`compare.paired.${key}`, { model: titled(reference) });
      const heads = ["other", "only", "only-reference", "both", "neither", "difference", "p", "says"];
      const head = zoo.make("tr", "", ...heads.map((key, at) => {
        const cell = zoo.make("th", at === 0 ? "zoo-name" : key === "says" ? "zoo-text" : "zoo-number", say(key));
        cell.scope = "col";
        return cell;
      }));
      const table = zoo.make("table", "zoo-table zoo-table--paired", zoo.make("thead", "", head), zoo.make("tbody", "", ...lines));
      const scroll = zoo.make("div", "zoo-scroll", table);
      Object.assign(scroll, { tabIndex: 0, role: "region", ariaLabel: say("table") });
      return scroll;
    }

    function tableLine(row, reference, tally) {
      const p = zoo.mcnemar(tally.first, tally.second);
      const [low, high] = zoo.differenceInterval(tally).map((value) => signed(value));
      const grouped = (value) => value.toLocaleString("en");
      const number = (text, ...more) => zoo.make("td", "zoo-number", text, ...more);
      const interval = zoo.make("span", "zoo-unit", data.say("compare.paired.interval", { low, high }));
      const name = zoo.make("th", "zoo-name", titled(row));
      name.scope = "row";
      const tiny = p < TINY;
      return zoo.make("tr", "", name,
        ...["first", "second", "both", "neither"].map((key) => number(grouped(tally[key]))),
        number(signed((100 * (tally.first - tally.second)) / tally.images), interval),
        number(tiny ? `< ${TINY}` : shortly(p)),
        zoo.make("td", "zoo-text", verdict(tally, p, titled(row), titled(reference))),
      );
    }

    function verdict(tally, p, model, reference) {
      if (p >= TELLING) return data.say("compare.paired.open", { p: shortly(p) });
      const [first, second] = tally.first > tally.second ? [model, reference] : [reference, model];
      const gaps = { first, second, p: p < TINY ? String(TINY) : shortly(p) };
      return data.say(p < TINY ? "compare.paired.more.tiny" : "compare.paired.more", gaps);
    }

    /* Why some of the models are not tested, those of one reason each on its own line. */
    function whyNot(reference, others) {
      const reason = (row) => {
        const key = data.texts[data.paired.reasons[row]];
        return key && data.say("compare.paired.none", { model: titled(row), reason: data.say(key, { model: data.models[row].id }) });
      };
      if (!others.length) return [];
      const own = reason(reference);
      const rest = others.map((row) => reason(row) ?? (own ? undefined : data.say("compare.paired.apart", { first: titled(row), second: titled(reference) })));
      return [own, ...rest].filter(Boolean);
    }
    return { element, show };
  };

  const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

  /* Three digits of a p, small ones as a power of ten. */
  function shortly(p) {
    if (p >= 0.001) return String(Number(p.toPrecision(3)));
    const [digits, power] = p.toExponential(2).split("e-");
    return `${digits} × 10⁻${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
  }

  /* The first set of images that both models were asked about. */
  function sharedSet(data, one, other) {
    const has = (set, row) => set.of.some(([known]) => known === row);
    return data.paired.sets.find((set) => has(set, one) && has(set, other));
  }
})();
