/* An outline for pages that the navigation does not hold, to which Material gives none: the headings of
   their sections, below the navigation, and a mark on the one that is read. */

(() => {
  "use strict";

  const FEWEST = 3;
  const EYES = 0.25; // of the window's height: what has come up to here is being read
  const navigation = document.querySelector(".md-nav--primary > .md-nav__list");
  const headings = [...document.querySelectorAll("article h2[id]")];
  if (!navigation || headings.length < FEWEST || document.querySelector(".md-nav--secondary")) return;

  const made = (tag, className, ...children) => {
    const element = Object.assign(document.createElement(tag), { className });
    element.append(...children);
    return element;
  };
  const named = (heading) =>
    [...heading.childNodes]
      .filter((one) => !one.classList?.contains("headerlink"))
      .map((one) => one.textContent)
      .join("");

  const links = headings.map((heading) => {
    const link = made("a", "md-nav__link", named(heading));
    link.href = `#${encodeURIComponent(heading.id)}`;
    link.addEventListener("click", closeDrawer);
    return link;
  });
  const title = made("p", "zoo-outline__title", zoo.frame.outline);
  title.ariaHidden = "true"; // the landmark's name says it
  const items = links.map((link) => made("li", "md-nav__item", link));
  const outline = made("nav", "zoo-outline", title, made("ul", "zoo-outline__list", ...items));
  outline.ariaLabel = zoo.frame.outline;
  navigation.append(made("li", "md-nav__item", outline));

  function closeDrawer() {
    const drawer = document.getElementById("__drawer");
    if (drawer.checked) drawer.click();
  }

  let current;
  function mark() {
    const ended = scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const line = ended ? Infinity : EYES * innerHeight;
    const link = links[headings.findLastIndex((one) => one.getBoundingClientRect().top <= line)];
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "location");
    current = link;
    if (link) follow(link);
  }

  /* A long navigation pushes the outline out of sight; whoever is at it is not disturbed. */
  function follow(link) {
    const around = outline.closest(".md-sidebar__scrollwrap");
    if (!around || around.matches(":hover, :focus-within")) return;
    const [inner, outer] = [link.getBoundingClientRect(), around.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      around.scrollTop += inner.top - outer.top - outer.height / 2;
    }
  }

  let waiting = false;
  function later() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  }

  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  later();
})();
