/* Names beside dots: the best place that touches no other dot and no other name, or none. Pure. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const CELL = 48;
  const DOT = 5;
  const NEAR = 8;
  const FAR = 20;
  const FARTHEST = 34;

  /* Boxes by the cells they touch, so that a thousand of them are quick to ask. */
  function boxes() {
    const cells = new Map();
    const each = (box, visit) => {
      for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x += 1) {
        for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y += 1) {
          if (visit(`${x},${y}`)) return true;
        }
      }
      return false;
    };
    const meets = (one, box) =>
      one.left < box.right && box.left < one.right && one.top < box.bottom && box.top < one.bottom;
    return {
      add: (box) =>
        each(box, (cell) => {
          if (!cells.has(cell)) cells.set(cell, []);
          cells.get(cell).push(box);
        }),
      hit: (box) => each(box, (cell) => cells.get(cell)?.some((one) => meets(one, box))),
    };
  }

  /* Every place a name may take, the pleasant ones first. Above and below, it moves along to
     stay within the frame. */
  function* places(x, y, width, height, { distances, frame }) {
    const half = height / 2;
    const centred = Math.max(frame.left + 1, Math.min(x - width / 2, frame.right - width - 1));
    for (const away of distances) {
      const side = away * 0.7;
      yield { left: x + away, top: y - half };
      yield { left: x - away - width, top: y - half };
      yield { left: x + side, top: y + side - half + 3 };
      yield { left: x - side - width, top: y - side - half - 3 };
      yield { left: x + side, top: y - side - half - 3 };
      yield { left: x - side - width, top: y + side - half + 3 };
      yield { left: centred, top: y - away - height };
      yield { left: centred, top: y + away };
      yield { left: x + away * 0.3, top: y - away - half };
      yield { left: x - away * 0.3 - width, top: y - away - half };
      yield { left: x + away * 0.3, top: y + away - half };
      yield { left: x - away * 0.3 - width, top: y + away - half };
    }
  }

  /* Gives each dot, in the given order, a `label` {left, top, width, far} or null.

     Dots have px and py in pixels and the width of their name; names neither cover nor touch
     `line`, which goes through some dots. `patient` looks further away, which
     is always done for the dots of the line. */
  zoo.placeLabels = (dots, frame, height, { patient = false, line = [] } = {}) => {
    const taken = boxes();
    const crossed = boxes();
    for (const step of along(line)) crossed.add(step);
    const others = boxes();
    for (const { px, py } of dots) {
      const box = { left: px - DOT, right: px + DOT, top: py - DOT, bottom: py + DOT };
      taken.add(box);
      others.add(box);
    }
    const room = { taken, others, crossed, frame, height };
    const onLine = new Set(line);
    for (const dot of dots) {
      const distances = patient || onLine.has(dot) ? [NEAR, FAR, FARTHEST] : [NEAR];
      dot.label = dot.width ? place(dot, room, distances) : null;
    }
  };

  /* Small boxes along a line through some dots. */
  function* along(line) {
    for (let at = 1; at < line.length; at += 1) {
      const [from, to] = [line[at - 1], line[at]];
      const steps = Math.ceil(Math.hypot(to.px - from.px, to.py - from.py) / 2);
      for (let step = 0; step <= steps; step += 1) {
        const x = from.px + ((to.px - from.px) * step) / steps;
        const y = from.py + ((to.py - from.py) * step) / steps;
        yield { left: x - 1, right: x + 1, top: y - 1, bottom: y + 1 };
      }
    }
  }

  const grown = (box, by) => ({
    left: box.left - by,
    right: box.right + by,
    top: box.top - by / 2,
    bottom: box.bottom + by / 2,
  });

  function place(dot, { taken, others, crossed, frame, height }, distances) {
    const offered = places(dot.px, dot.py, dot.width, height, { distances, frame });
    for (const { left, top } of offered) {
      const box = { left: left - 1, right: left + dot.width + 1, top, bottom: top + height };
      const inside =
        box.left >= frame.left && box.right <= frame.right && top >= frame.top && box.bottom <= frame.bottom;
      if (!inside || taken.hit(box) || crossed.hit(box)) continue;
      const away = Math.hypot(
        Math.max(box.left - dot.px, dot.px - box.right, 0),
        Math.max(box.top - dot.py, dot.py - box.bottom, 0),
      );
      const far = away > NEAR + 3;
      // Beside another dot, a name would be taken for that one's.
      if (far && others.hit(grown(box, NEAR))) continue;
      taken.add(box);
      return { left, top, width: dot.width, far };
    }
    return null;
  }
})();
