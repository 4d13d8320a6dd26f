/* A field that finds one of many by its name: arrow keys, Enter, Escape; spoken to screen readers. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  let made = 0;

  /* `search(text)` gives options {value, text, note}; `choose(value)` is told which; `say(options,
     text)` gives what is spoken of them. Returns the element and the field. */
  zoo.combobox = ({ label, hint, search, choose, say }) => {
    const id = `zoo-combobox-${(made += 1)}`;
    const field = zoo.make("input", "zoo-field zoo-combobox__field");
    Object.assign(field, { type: "text", id, placeholder: hint, autocomplete: "off", spellcheck: false });
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", `${id}-list`);
    const name = zoo.make("label", "zoo-combobox__label", label);
    name.htmlFor = id;
    const list = zoo.make("ul", "zoo-combobox__list");
    Object.assign(list, { id: `${id}-list`, role: "listbox", ariaLabel: label });
    const spoken = zoo.make("div", "zoo-hidden");
    spoken.setAttribute("role", "status");
    const element = zoo.make("div", "zoo-combobox", name, field, list, spoken);
    let options = [];
    let active = -1;

    function open() {
      options = search(field.value);
      list.replaceChildren(
        ...options.map(({ text, note }, at) => {
          const option = zoo.make("li", "zoo-combobox__option", zoo.make("span", "", text), zoo.make("small", "", note));
          Object.assign(option, { id: `${id}-${at}`, role: "option" });
          option.addEventListener("click", () => take(at));
          option.addEventListener("pointermove", () => active !== at && mark(at));
          return option;
        }),
      );
      list.hidden = options.length === 0;
      field.ariaExpanded = String(!list.hidden);
      spoken.textContent = say(options, field.value);
      mark(-1);
    }

    function close() {
      list.hidden = true;
      field.ariaExpanded = "false";
      spoken.textContent = "";
      mark(-1);
    }

    function mark(at) {
      active = at;
      [...list.children].forEach((option, number) => (option.ariaSelected = String(number === at)));
      if (at < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", `${id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }

    function take(at) {
      const { value } = options[at];
      field.value = "";
      close();
      choose(value);
    }

    const keys = {
      ArrowDown: () => (list.hidden ? open() : mark((active + 1) % options.length)),
      ArrowUp: () => (list.hidden ? open() : mark((active <= 0 ? options.length : active) - 1)),
      Enter: () => !list.hidden && take(Math.max(0, active)),
      Escape: () => (list.hidden ? (field.value = "") : close()),
    };
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || !(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    });
    field.addEventListener("input", open);
    field.addEventListener("click", () => list.hidden && open());
    // An option is clicked before the field loses the focus for good.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    field.addEventListener("blur", close);
    close();
    return { element, field };
  };
})();
