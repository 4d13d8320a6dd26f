/* A scatter plot of accuracy against one cost: dots, frontier, names, a tip, arrow keys. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const SVG = "http://www.w3.org/2000/svg";
  const LABEL_HEIGHT = 14;
  const NAMED = 60;
  const REACH = 26;
  const SERIES = 6;
  const SHAPES = [
    "M4.4 0A4.4 4.4 0 1 1-4.4 0A4.4 4.4 0 1 1 4.4 0Z",
    "M0-5.4L5.4 0L0 5.4L-5.4 0Z",
    "M-4-4H4V4H-4Z",
    "M0-5L5 4.2H-5Z",
    "M0 5L5-4.2H-5Z",
    "M-1.8-5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5V-1.8H-1.8Z",
  ];

  function element(tag, attributes, parent) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    parent?.append(made);
    return made;
  }

  const ruler = document.createElement("canvas").getContext("2d");

  /* Draws into a stage that it makes within `root`, anew whenever the width changes.

     Returns `show(view)`; a view has the columns x and y, `log`, `frontier`, and may have
     `wanted(row)` (what is drawn), `fits(row)` (what is not faded) and `limits` {x, y}. */
  zoo.chart = (root, data) => {
    const stage = zoo.make("div", "zoo-stage");
    stage.tabIndex = 0;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-roledescription", data.say("chart.role"));
    const drawing = element("svg", { class: "zoo-stage__drawing", "aria-hidden": "true" }, stage);
    const tip = zoo.make("div", "zoo-tip");
    tip.hidden = true;
    const spoken = zoo.make("div", "zoo-hidden");
    spoken.setAttribute("aria-live", "polite");
    stage.append(tip);
    const axis = zoo.make("p", "zoo-stage__axis");
    root.append(stage, axis, spoken);

    const plot = { data, stage, drawing, tip, spoken, axis, dots: [], active: null, view: null };
    followPointer(plot);
    followKeys(plot);
    new ResizeObserver(() => plot.view && plot.drawn !== stage.clientWidth && draw(plot)).observe(
      stage,
    );
    return {
      show: (view) => {
        plot.view = view;
        activate(plot, null);
        draw(plot);
        return plot.dots;
      },
    };
  };

  function draw(plot) {
    const { data, view, stage, drawing, axis } = plot;
    const width = stage.clientWidth;
    plot.drawn = width;
    if (width < 50) return;
    const height = Math.round(Math.max(300, Math.min(460, width * 0.56)));
    // Asked after the dots, it would have the browser work out the styles of all of them at once.
    ruler.font = `11.5px ${getComputedStyle(stage).fontFamily}`;
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.setAttribute("width", width);
    drawing.setAttribute("height", height);
    drawing.replaceChildren();
    axis.textContent = view.x?.axis ?? "";
    plot.dots = view.x && view.y ? zoo.pairs(data, view.x, view.y, view.wanted) : [];
    stage.setAttribute("aria-label", described(plot));
    const frame = { left: 38, right: width - 8, top: 26, bottom: height - 24 };
    if (plot.dots.length === 0) return drawNothing(plot, frame);
    plot.frame = frame;
    plot.scales = {
      x: zoo.scale(plot.dots.map((dot) => dot.x), frame.left, frame.right, { log: view.log }),
      y: zoo.scale(plot.dots.map((dot) => dot.y), frame.bottom, frame.top),
    };
    for (const dot of plot.dots) {
      [dot.px, dot.py] = [plot.scales.x.at(dot.x), plot.scales.y.at(dot.y)];
      dot.faded = view.fits ? !view.fits(dot.row) : false;
    }
    if (view.fits) refreshFrontier(plot.dots);
    drawAxes(plot);
    drawLimits(plot);
    if (view.frontier) drawFrontier(plot);
    drawDots(plot);
    drawNames(plot);
    plot.ring = element("circle", { class: "zoo-ring", r: 9, visibility: "hidden" }, drawing);
  }

  /* Among models within the budgets only. */
  function refreshFrontier(dots) {
    let last = null;
    for (const dot of dots) {
      if (dot.faded) dot.best = false;
      else last = zoo.step(dot, last);
    }
  }

  function drawNothing({ data, drawing }, frame) {
    const middle = (frame.left + frame.right) / 2;
    const at = { x: middle, y: (frame.top + frame.bottom) / 2, class: "zoo-stage__nothing" };
    element("text", at, drawing).textContent = data.say("chart.nothing");
  }

  function drawAxes({ drawing, frame, scales, view }) {
    const grid = element("g", { class: "zoo-grid" }, drawing);
    const wide = frame.right - frame.left;
    for (const tick of zoo.ticks(scales.x, Math.max(3, wide / 90))) {
      const x = scales.x.at(tick);
      element("path", { d: `M${x} ${frame.top}V${frame.bottom}` }, grid);
      element("text", { x, y: frame.bottom + 16, class: "zoo-grid__x" }, grid).textContent = tick;
    }
    for (const tick of zoo.ticks(scales.y, 6)) {
      const y = scales.y.at(tick);
      element("path", { d: `M${frame.left} ${y}H${frame.right}` }, grid);
      element("text", { x: frame.left - 7, y: y + 3.5, class: "zoo-grid__y" }, grid).textContent = tick;
    }
    element("path", { d: `M${frame.left} ${frame.bottom}H${frame.right}`, class: "zoo-grid__base" }, grid);
    element("text", { x: 2, y: 12, class: "zoo-grid__title" }, grid).textContent = view.y.axis;
  }

  /* The budgets, as the edges of the part of the plot where models fit. */
  function drawLimits({ drawing, frame, scales, view }) {
    const { x, y } = view.limits ?? {};
    const clamp = (at, low, high) => Math.max(low, Math.min(high, at));
    const right = x === undefined ? frame.right : clamp(scales.x.at(x), frame.left, frame.right);
    const bottom = y === undefined ? frame.bottom : clamp(scales.y.at(y), frame.top, frame.bottom);
    if (x === undefined && y === undefined) return;
    const size = { x: frame.left, y: frame.top, width: right - frame.left, height: bottom - frame.top };
    element("rect", { ...size, class: "zoo-budget" }, drawing);
    if (x !== undefined) element("path", { d: `M${right} ${frame.top}V${frame.bottom}`, class: "zoo-budget__edge" }, drawing);
    if (y !== undefined) element("path", { d: `M${frame.left} ${bottom}H${frame.right}`, class: "zoo-budget__edge" }, drawing);
  }

  function drawFrontier({ drawing, dots }) {
    const best = dots.filter((dot) => dot.best);
    const way = best.map((dot, at) => `${at ? "L" : "M"}${dot.px.toFixed(1)} ${dot.py.toFixed(1)}`);
    if (best.length > 1) element("path", { d: way.join(""), class: "zoo-front" }, drawing);
  }

  /* Dots on the frontier last, so that nothing covers them. */
  function drawDots({ drawing, dots }) {
    const many = dots.length > NAMED;
    const group = element("g", { class: many ? "zoo-dots zoo-dots--many" : "zoo-dots" }, drawing);
    const order = [...dots].sort((one, other) => one.best - other.best || other.faded - one.faded);
    for (const dot of order) {
      const state = dot.faded ? "faded" : dot.best ? "best" : "plain";
      const size = many && !dot.best ? " scale(.72)" : "";
      element("path", {
        d: SHAPES[dot.model.family % SHAPES.length],
        transform: `translate(${dot.px.toFixed(1)} ${dot.py.toFixed(1)})${size}`,
        class: `zoo-dot zoo-dot--${state}${dot.slow ? " zoo-dot--slow" : ""} ${zoo.paint(dot.model.family)}`,
      }, group);
    }
  }

  /* Beyond the colours, families share the last one. */
  zoo.paint = (family) => `zoo-paint-${Math.min(family, SERIES)}`;

  function drawNames({ drawing, dots, frame, view }) {
    const named = dots.length <= NAMED ? dots : dots.filter((dot) => dot.best);
    for (const dot of dots) dot.width = 0;
    for (const dot of named) if (!dot.faded) dot.width = ruler.measureText(dot.model.title).width;
    const order = [...dots].sort((one, other) => other.best - one.best);
    const line = view.frontier ? dots.filter((dot) => dot.best) : [];
    zoo.placeLabels(order, frame, LABEL_HEIGHT, { patient: dots.length <= NAMED, line });
    const group = element("g", { class: "zoo-names" }, drawing);
    for (const { label, model, px, py } of order) {
      if (!label) continue;
      if (label.far) drawLeader(group, label, px, py);
      const at = { x: label.left, y: label.top + LABEL_HEIGHT - 3.5, class: zoo.paint(model.family) };
      element("text", at, group).textContent = model.title;
    }
  }

  function drawLeader(group, label, px, py) {
    const x = Math.max(label.left, Math.min(px, label.left + label.width));
    const y = Math.max(label.top, Math.min(py, label.top + LABEL_HEIGHT));
    element("path", { d: `M${px} ${py}L${x} ${y}`, class: "zoo-leader" }, group);
  }

  function described({ data, view, dots }) {
    const best = dots.filter((dot) => dot.best);
    if (!best.length) return data.say("chart.nothing");
    const [first, last] = [best[0], best.at(-1)];
    return data.say("chart.described", {
      count: dots.length,
      gain: view.y.axis,
      cost: view.x.axis,
      cheapest: first.model.title,
      dearest: last.model.title,
    });
  }

  /* What is said of one dot, in the tip and to screen readers. */
  function facts({ data, view }, dot) {
    return [view.y, view.x].map((column) => [
      data.say(`chart.quantity.${column.quantity}`),
      `${zoo.marked(column, dot.row)} ${data.say(`chart.unit.${column.quantity}`)}`,
      zoo.kindOf(data, column),
    ]);
  }

  function activate(plot, dot) {
    plot.active = dot;
    plot.ring?.setAttribute("visibility", dot ? "visible" : "hidden");
    plot.tip.hidden = !dot;
    if (!dot) return;
    plot.ring.setAttribute("cx", dot.px);
    plot.ring.setAttribute("cy", dot.py);
    const { data, tip, stage } = plot;
    const link = zoo.make("a", "zoo-tip__name", dot.model.title);
    link.href = dot.model.href;
    link.tabIndex = -1;
    const rows = facts(plot, dot).map(([name, value, kind]) =>
      zoo.make("div", "zoo-tip__row", zoo.make("span", "", name), zoo.make("strong", "", value), zoo.make("small", "", kind)),
    );
    const family = zoo.make("span", "zoo-tip__family", dot.model.familyName);
    tip.replaceChildren(link, family, ...rows);
    if (dot.slow) tip.append(zoo.make("span", "zoo-tip__family", `† ${data.say("chart.slow")}`));
    if (dot.best) tip.append(zoo.make("span", "zoo-tip__best", `★ ${data.say("chart.best")}`));
    const half = tip.offsetWidth / 2;
    const x = Math.max(half, Math.min(stage.clientWidth - half, dot.px));
    const above = dot.py - tip.offsetHeight - 12;
    tip.style.left = `${x - half}px`;
    tip.style.top = `${above >= -30 ? above : dot.py + 14}px`;
  }

  function announce(plot) {
    const { data, active, spoken } = plot;
    if (!active) return;
    const said = facts(plot, active).map((fact) => fact.join(" "));
    if (active.slow) said.push(data.say("chart.slow"));
    if (active.best) said.push(data.say("chart.best"));
    spoken.textContent = [active.model.title, active.model.familyName, ...said].join(", ");
  }

  function followPointer(plot) {
    const { stage, drawing, tip } = plot;
    const nearest = (event) => {
      const box = drawing.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let [found, least] = [null, REACH ** 2];
      for (const dot of plot.dots) {
        const apart = (dot.px - x) ** 2 + (dot.py - y) ** 2;
        if (apart < least) [found, least] = [dot, apart];
      }
      return found;
    };
    let held = false;
    stage.addEventListener("pointermove", (event) => {
      if (held || tip.contains(event.target)) return;
      const found = nearest(event);
      if (found !== plot.active) activate(plot, found);
      stage.classList.toggle("zoo-stage--on", Boolean(found));
    });
    stage.addEventListener("click", (event) => {
      if (tip.contains(event.target)) return;
      const found = nearest(event);
      held = Boolean(found) && !(held && found === plot.active);
      activate(plot, found);
    });
    stage.addEventListener("pointerleave", (event) => {
      if (!held && event.pointerType === "mouse" && document.activeElement !== stage) activate(plot, null);
    });
    stage.addEventListener("blur", () => {
      held = false;
      setTimeout(() => !stage.matches(":hover") && activate(plot, null), 150);
    });
  }

  /* Left and right go by cost, up and down by accuracy. */
  function followKeys(plot) {
    const steps = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", 1], ArrowDown: ["y", -1] };
    const ends = { Home: 0, End: -1 };
    plot.stage.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && plot.active) {
        location.href = plot.active.model.href;
      } else if (event.key === "Escape") {
        activate(plot, null);
      } else if ((event.key in steps || event.key in ends) && plot.dots.length) {
        event.preventDefault();
        const by = steps[event.key]?.[0] ?? "x";
        const order = [...plot.dots].sort((one, other) => one[by] - other[by] || one.row - other.row);
        activate(plot, order.at(next(order, plot.active, steps[event.key]?.[1], ends[event.key])));
        announce(plot);
      }
    });
  }

  function next(order, active, step, end) {
    if (end !== undefined) return end;
    if (!active) return step > 0 ? 0 : -1;
    return Math.max(0, Math.min(order.length - 1, order.indexOf(active) + step));
  }
})();
