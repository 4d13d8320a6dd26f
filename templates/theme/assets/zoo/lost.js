/* The page for wrong addresses: a host has one for all, so below another language's folder it hands over
   to that language's own, which shows the address that was asked for again. */
"use strict";

(() => {
  const MARK = "#lost=";
  const told = [...document.querySelectorAll("[data-zoo-home]")];
  const home = (one) => one.dataset.zooHome;

  /* Handed over once only: where the host lacks the other page, it answers with this one again. */
  const handed = location.hash.startsWith(MARK);
  const asked = location.hash.slice(MARK.length);
  if (handed && asked.startsWith(home(told[0]))) history.replaceState(null, "", location.origin + asked);

  const inside = told.filter((one) => location.pathname.startsWith(home(one)));
  const own = inside.sort((a, b) => home(b).length - home(a).length)[0];
  if (!own || own === told[0]) return;
  told[0].before(own);
  if (!handed) location.replace(`${home(own)}404.html${MARK}${location.pathname}${location.search}${location.hash}`);
})();
