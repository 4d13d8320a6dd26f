/* Models ticked in tables, and the bar that takes them to the page to compare on.

   The page says where that is and in which words, in one element; without it nothing is ticked. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const MOST = 6;
  const place = document.querySelector("[data-zoo-pick]");
  const picked = new Map();
  const boxes = new Set();
  let bar = null;

  const say = (key, model) => zoo.filled(place.dataset[key], { model });

  /* A box to tick a model with, or nothing where there is no page to compare on. */
  zoo.pickBox = (id, title) => {
    if (!place) return [];
    const box = zoo.make("input", "zoo-pick");
    Object.assign(box, { type: "checkbox", value: id, checked: picked.has(id), ariaLabel: say("one", title) });
    box.addEventListener("change", () => {
      if (box.checked) picked.set(id, title);
      else picked.delete(id);
      show();
    });
    boxes.add(box);
    box.disabled = picked.size >= MOST && !box.checked;
    return [box];
  };

  function show() {
    for (const box of boxes) {
      if (!box.isConnected) boxes.delete(box);
      box.checked = picked.has(box.value);
      box.disabled = picked.size >= MOST && !box.checked;
    }
    bar ??= makeBar();
    bar.element.hidden = picked.size === 0;
    const more = picked.size === 1 ? [say("more")] : picked.size >= MOST ? [say("full")] : [];
    bar.names.replaceChildren([...picked.values()].join(" · "), ...more.map((text) => zoo.make("small", "", text)));
    bar.link.hidden = picked.size < 2;
    bar.link.href = `${place.dataset.compareHref}#${new URLSearchParams([...picked.keys()].map((id) => ["m", id]))}`;
  }

  function makeBar() {
    const names = zoo.make("output", "zoo-tray__names");
    const link = zoo.make("a", "zoo-button zoo-tray__go", say("go"));
    const clear = zoo.button(say("clear"), () => {
      const [first] = [...boxes].filter((box) => box.checked && box.isConnected);
      picked.clear();
      show();
      first?.focus();
    });
    const element = zoo.make("div", "zoo-tray", names, link, clear);
    Object.assign(element, { role: "region", ariaLabel: say("region") });
    place.after(element);
    return { element, names, link };
  }

  for (const row of place ? document.querySelectorAll("tr[data-model]") : []) {
    const name = row.querySelector("th");
    name.prepend(...zoo.pickBox(row.dataset.model, name.textContent.trim().replace(/\s*★$/, "")));
  }
})();
