/* Navigation and search by the keyboard where the screen is narrow: Material opens them by labels, which
   no key reaches. What lies behind the open navigation takes no focus until it is closed. */

(() => {
  "use strict";

  const NARROW = matchMedia("(max-width: 76.234375em)");
  const KEYS = ["f", "s", "/"]; // those by which Material opens the search
  const BEHIND = ".md-skip, .md-header, .md-tabs, .md-content, .md-sidebar--secondary, .md-top, .md-footer";
  const [drawer, search] = ["__drawer", "__search"].map((id) => document.getElementById(id));
  const inside = document.querySelector(".md-sidebar--primary .md-nav--primary");
  const query = document.querySelector(".md-search__input");

  /* The label in the header that opens and closes something, made a button. */
  function asButton(toggle, name) {
    const label = document.querySelector(`label.md-header__button[for="${toggle?.id}"]`);
    if (!label) return null;
    const button = Object.assign(document.createElement("button"), { type: "button", className: label.className });
    const show = () => button.setAttribute("aria-expanded", toggle.checked);
    button.setAttribute("for", toggle.id); // by which Material's styles and script know it
    button.ariaLabel = name;
    button.append(...label.childNodes);
    button.addEventListener("click", () => toggle.click());
    toggle.addEventListener("change", show);
    show();
    label.replaceWith(button);
    return button;
  }

  const menu = inside && asButton(drawer, zoo.frame.menu);
  const finder = query && asButton(search, zoo.frame.searchName);

  function coverRest() {
    const open = NARROW.matches && drawer.checked;
    for (const one of document.querySelectorAll(BEHIND)) one.inert = open;
  }

  if (menu) {
    inside.tabIndex = -1;
    drawer.addEventListener("change", () => {
      coverRest();
      (drawer.checked ? inside : menu).focus({ preventScroll: true });
    });
    NARROW.addEventListener("change", coverRest);
    coverRest();
  }

  if (finder) {
    search.addEventListener("change", () => {
      if (search.checked) query.focus();
      else finder.focus(); // nothing where the field is always there, and the button never
    });
  }

  const writes = (element) => element?.matches("input, select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drawer?.checked && NARROW.matches) drawer.click();
    if (!finder?.checkVisibility() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!KEYS.includes(event.key) || search.checked || writes(document.activeElement)) return;
    event.preventDefault();
    search.click();
  });
})();
