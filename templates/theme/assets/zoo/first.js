/* What a page needs before it is seen: the colours that a reader chose, and the parts of the frame that
   only work with scripts. Behind what `partials/first.html` says, which is `zoo.frame`. */

(() => {
  "use strict";

  const { parts, searchName, scope, config, colours, tabs } = zoo.frame;
  const root = new URL("../..", document.currentScript.src);
  if (!scope) window.__md_scope = root;
  /* Pictures made for paper give way on the screen, and are not fetched. */
  document.documentElement.classList.add("zoo-scripted");

  /* What Material's script is told. */
  const told = document.createElement("script");
  told.id = "__config";
  told.type = "application/json";
  told.textContent = JSON.stringify({ ...config, base: root.href, search: new URL(config.search, root).href });
  document.head.append(told);

  /* Made while the page is being read: nothing moves when it is there. */
  class Part extends HTMLElement {
    connectedCallback() {
      const name = this.getAttribute("name");
      const made = document.createRange().createContextualFragment(parts[name].trim());
      if (name === "search") made.querySelector("[role=dialog]")?.setAttribute("aria-label", searchName);
      if (name === "nav") for (const link of made.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), root);
      this.replaceWith(made);
      if (name === "palette") colours();
    }
  }

  /* Material's script, behind charts and tables: while it is fetched, the browser paints them. It waits
     for the page to have been read, without asking whether that was before it came. */
  function loadLater() {
    for (const script of document.querySelector("template[data-zoo-later]")?.content.children ?? []) {
      const later = Object.assign(document.createElement("script"), { src: script.getAttribute("src") });
      later.addEventListener("load", () => document.dispatchEvent(new Event("DOMContentLoaded")));
      document.body.append(later);
    }
  }

  /* Material takes a link whose rel is this word alone for a translation, and asks for a sitemap beside it. */
  function read() {
    if (document.readyState !== "interactive") return;
    for (const link of document.querySelectorAll("link[rel=alternate][type]")) link.relList.add("related");
    tabs();
  }

  customElements.define("zoo-part", Part);
  document.addEventListener("readystatechange", read);
  document.addEventListener("DOMContentLoaded", loadLater, { once: true });
})();
