/* Mends Material: it puts the button of every block of code into a landmark without a name, and a
   screen reader would list them all alike; and its search hears keys alone, not what comes from voice,
   handwriting or suggestions. */

(() => {
  "use strict";

  function mend(block) {
    for (const landmark of block.querySelectorAll("nav.md-code__nav")) landmark.role = "none";
  }

  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-md-component=search-query]")) target.dispatchEvent(new Event("keyup"));
  });

  for (const block of document.querySelectorAll(".highlight")) {
    mend(block);
    new MutationObserver(() => mend(block)).observe(block, { childList: true, subtree: true });
  }
})();
