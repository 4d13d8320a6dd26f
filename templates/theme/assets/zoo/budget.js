/* A budget: a slider and a field for one number, which may also be left open. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const STEPS = 200;

  /* What a slider's steps mean: equal ratios of costs, equal differences of accuracies. The open
     end is where everything fits. */
  function steps(column, least) {
    const values = column.values.filter((value) => value !== undefined);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const even = least || low <= 0;
    const value = (step) => {
      const share = step / STEPS;
      return even ? low + share * (high - low) : low * (high / low) ** share;
    };
    const step = (wanted) => {
      if (!(high > low)) return least ? 0 : STEPS;
      const share = even
        ? (wanted - low) / (high - low)
        : Math.log(Math.max(wanted, Number.MIN_VALUE) / low) / Math.log(high / low);
      return Math.round(Math.max(0, Math.min(1, share)) * STEPS);
    };
    return { value, step, open: least ? 0 : STEPS };
  }

  /* Rounded towards where the model at that end still fits. */
  function rounded(value, least) {
    if (least) return Math.floor(value * 10) / 10;
    const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
    return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(3));
  }

  /* A limit as it is typed; undefined where it is none that a model could meet or miss. */
  zoo.limit = (text) => {
    const limit = Number(text);
    return limit > 0 && Number.isFinite(limit) ? limit : undefined;
  };

  /* `least` budgets ask for at least so much, others for at most. Returns the element and
     `show(column, limit)`; calls `changed(limit)`, undefined where it is open. */
  zoo.budget = (data, quantity, least, changed) => {
    const name = data.say(`chart.quantity.${quantity}`);
    const label = data.say(least ? "choose.at-least" : "choose.at-most", { what: name });
    const unit = data.say(`chart.unit.${quantity}`);
    const slider = zoo.make("input", "zoo-slider");
    Object.assign(slider, { type: "range", min: 0, max: STEPS, step: 1, ariaLabel: label });
    const field = zoo.make("input", "zoo-field");
    const any = data.say("choose.any");
    Object.assign(field, { type: "number", min: 0, step: "any", placeholder: any, inputMode: "decimal" });
    field.ariaLabel = `${label} (${unit})`;
    const head = zoo.make("div", "zoo-budget__head", zoo.make("span", "zoo-budget__label", label), field, zoo.make("span", "zoo-budget__unit", unit));
    const element = zoo.make("div", "zoo-budget-row", head, slider);
    let scale = null;

    const paint = (limit) => {
      slider.value = limit === undefined ? scale.open : scale.step(limit);
      slider.setAttribute("aria-valuetext", limit === undefined ? any : `${limit} ${unit}`);
      slider.style.setProperty("--at", slider.value / STEPS);
      element.classList.toggle("zoo-budget-row--open", limit === undefined);
    };
    slider.addEventListener("input", () => {
      const step = Number(slider.value);
      const limit = step === scale.open ? undefined : zoo.limit(rounded(scale.value(step), least));
      field.value = limit ?? "";
      paint(limit);
      changed(limit);
    });
    field.addEventListener("input", () => {
      const limit = zoo.limit(field.value);
      paint(limit);
      changed(limit);
    });
    field.addEventListener("change", () => {
      if (zoo.limit(field.value) === undefined) field.value = "";
    });
    const show = (column, limit) => {
      element.hidden = !column;
      if (!column) return;
      scale = steps(column, least);
      if (document.activeElement !== field) field.value = limit ?? "";
      paint(limit);
    };
    return { element, show };
  };
})();
