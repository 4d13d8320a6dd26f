/* The page for wrong addresses: the language of the address speaks first. */
"use strict";

(() => {
  const told = [...document.querySelectorAll("[data-zoo-home]")];
  const inside = told.filter((one) => location.pathname.startsWith(one.dataset.zooHome));
  const own = inside.sort((a, b) => b.dataset.zooHome.length - a.dataset.zooHome.length)[0];
  if (own) own.parentElement.querySelector("[data-zoo-home]").before(own);
})();
