/* The links of headings to themselves, which a page need not hold: each heading has what they need. Where
   `mkdocs.yml` wants none, or a mark of its own, nothing is made. */

(() => {
  "use strict";

  const { permalink } = zoo.frame;
  if (!permalink) return;
  for (const heading of document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]")) {
    const link = document.createElement("a");
    link.className = "headerlink";
    link.href = `#${encodeURIComponent(heading.id)}`;
    link.title = permalink;
    link.textContent = "\u00b6";
    heading.append(link);
  }
})();
