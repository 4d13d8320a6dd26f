/* Axes: where a value stands, and which round values are written beside an axis. Pure. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const LEAST_LOG = 3;

  /* A map from values to pixels, with room at both ends for dots. */
  zoo.scale = (values, from, to, { log = false, pad = 16 } = {}) => {
    const form = log ? Math.log10 : (value) => value;
    let [low, high] = [Math.min(...values), Math.max(...values)].map(form);
    if (!(high > low)) [low, high] = log ? [low - 0.1, high + 0.1] : [low - 0.5, high + 0.5];
    const inner = Math.abs(to - from) - 2 * pad;
    const step = (high - low) / inner;
    [low, high] = [low - pad * step, high + pad * step];
    if (!log && Math.min(...values) >= 0) low = Math.max(0, low);
    const at = (value) => from + ((form(value) - low) / (high - low)) * (to - from);
    const back = log ? (value) => 10 ** value : (value) => value;
    return { at, low: back(low), high: back(high), log };
  };

  /* Round values between the ends of a scale; about so many. */
  zoo.ticks = (scale, wanted) => {
    if (scale.log && scale.high / scale.low >= LEAST_LOG) return logTicks(scale, wanted);
    const rough = (scale.high - scale.low) / wanted;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * 0.999);
    const ticks = [];
    for (let at = Math.ceil(scale.low / step); at * step <= scale.high; at += 1) {
      ticks.push(Number((at * step).toPrecision(10)));
    }
    return ticks;
  };

  function logTicks(scale, wanted) {
    for (const leads of [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
      const ticks = [];
      for (let power = Math.floor(Math.log10(scale.low)); 10 ** power <= scale.high; power += 1) {
        for (const lead of leads) {
          const tick = Number((lead * 10 ** power).toPrecision(10));
          if (tick >= scale.low && tick <= scale.high) ticks.push(tick);
        }
      }
      if (ticks.length <= wanted + 1 || leads.length === 1) return ticks;
    }
    return [];
  }
})();
