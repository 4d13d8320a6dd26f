/* The chart of a page: which cost, under which conditions, which families; and its table. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const COSTS = ["latency", "flops", "params", "memory"];
  const WIDE = 4;

  function explore(figure) {
    const data = zoo.readData(figure);
    const gains = data.columns.filter((column) => column.quantity === "top1");
    const state = { y: gains[0], x: null, frontier: true, log: null, hidden: new Set() };
    const quantities = () => COSTS.filter((one) => zoo.besides(data, one, state.y).length);
    state.x = zoo.besides(data, quantities()[0] ?? "", state.y)[0];
    if (!state.x) return;

    const bar = zoo.make("div", "zoo-chart__bar");
    const choices = zoo.make("div", "zoo-chart__choices");
    const legend = zoo.legend(data, state.hidden, () => show());
    const stage = zoo.make("div", "zoo-chart__stage");
    const note = zoo.make("p", "zoo-note");
    const details = zoo.make("details", "zoo-details", zoo.make("summary", "", data.say("chart.table")));
    figure.append(bar, choices, legend, stage, note, details);
    const chart = zoo.chart(stage, data);
    let dots = [];

    /* Conditions of the cost and of the accuracy, where there is a choice. */
    function offer() {
      const costs = zoo.besides(data, state.x.quantity, state.y);
      const select = (label, columns, chosen, choose) =>
        zoo.make("label", "zoo-choice", zoo.make("span", "", label), zoo.columnSelect(data, label, columns, chosen, choose));
      const offered = [];
      if (costs.length > 1) offered.push(select(data.say(`chart.quantity.${state.x.quantity}`), costs, state.x, (column) => { state.x = column; show(); }));
      if (gains.length > 1) offered.push(select(data.say("chart.quantity.top1"), gains, state.y, chooseGain));
      choices.replaceChildren(...offered);
      bar.replaceChildren(
        zoo.segments(data.say("chart.cost"), quantities().map((one) => [one, data.say(`chart.quantity.${one}`)]), state.x.quantity, chooseCost),
        zoo.checkbox(data.say("chart.frontier"), state.frontier, (on) => { state.frontier = on; show(); }),
        zoo.checkbox(data.say("chart.log"), isLog(), (on) => { state.log = on; show(); }),
      );
    }

    function chooseCost(quantity) {
      state.x = zoo.besides(data, quantity, state.y)[0];
      const focused = bar.contains(document.activeElement);
      offer();
      show();
      if (focused) bar.querySelector(":checked").focus();
    }

    /* A cost at another input size cannot stay beside the new accuracy. */
    function chooseGain(column) {
      state.y = column;
      const same = quantities().includes(state.x.quantity) ? state.x.quantity : quantities()[0];
      const costs = zoo.besides(data, same, column);
      if (!costs.includes(state.x)) state.x = costs[0];
      offer();
      show();
    }

    function isLog() {
      const values = state.x.values.filter((value) => value !== undefined);
      const least = Math.min(...values);
      return least > 0 && (state.log ?? Math.max(...values) / least > WIDE);
    }

    function show() {
      const wanted = (row) => !state.hidden.has(data.models[row].family);
      dots = chart.show({ x: state.x, y: state.y, frontier: state.frontier, log: isLog(), wanted });
      const left = data.models.length - zoo.pairs(data, state.x, state.y).length;
      const said = zoo.captions(data, state, dots);
      if (left) said.push(data.say("chart.missing", { count: left }));
      note.textContent = said.join(data.say("chart.sentence"));
      if (details.open) fill();
    }

    function fill() {
      for (const old of details.querySelectorAll(".zoo-scroll, .zoo-slow-note")) old.remove();
      const columns = [state.y, state.x];
      details.append(zoo.table(data, data.say("chart.table"), columns, dots), ...zoo.slowNote(data, columns, dots.map(({ row }) => row)));
    }

    details.addEventListener("toggle", () => details.open && fill());
    offer();
    show();
  }

  for (const figure of document.querySelectorAll("[data-zoo-chart]")) explore(figure);
})();
