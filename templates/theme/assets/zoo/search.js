/* Put before Material's search, in its worker: what is typed finds first what is called just so.

   Material searches each word as a beginning, and rare words weigh more: for "densenet-121" it lists
   DenseNetBlur-121d before DenseNet-121, as few names begin like that. Messages are Material's: 0 hands
   over the index, 2 asks, 3 answers with groups of sections, a group for each page. */

(() => {
  "use strict";

  const OPERATORS = /["+~^*]|(?:^|\s)-|(?:title|text|tags):/;
  const UNIT = /(\d\.\d+)\s*(?:[gkm](?:flops|macs|i?b)?|ms)(?![\p{L}\p{N}])/giu;
  const EXACT = 4;
  const MOST_WORDS = 12;
  const names = new Map();
  let separator = /\s+/;
  let asked = { whole: "", parts: new Set() };

  /* Letters and digits alone: DPN-131, "dpn 131" and dpn131 are one name. */
  const bare = (text) => text.replace(/<[^>]*>|&#?\w+;|[^\p{L}\p{N}]+/gu, "").toLowerCase();

  const page = (location) => location.split("#")[0];

  function learn({ config, docs }) {
    separator = new RegExp(config.separator);
    for (const { location, title, names: others = [] } of docs) {
      if (!names.has(page(location))) names.set(page(location), [title, ...others].map(bare));
    }
  }

  function ask(text) {
    const words = text.replace(UNIT, "$1").split(separator).filter(Boolean);
    asked = { whole: bare(text), parts: runs(words.slice(0, MOST_WORDS).map(bare)) };
    return OPERATORS.test(text) ? text : words.flatMap((word) => [`${word}^${EXACT}`, word]).join(" ");
  }

  /* Neighbouring words as one: "dpn 131 flops" holds dpn131. */
  function runs(words) {
    const ends = (from) => words.slice(from).map((_, more) => words.slice(from, from + more + 1).join(""));
    return new Set(words.flatMap((_, from) => ends(from)));
  }

  /* How many letters of what was asked are the name of a page; the beginning of one counts a little less. */
  function closeness(group) {
    const { whole, parts } = asked;
    const close = (name) => (parts.has(name) ? 2 * name.length : name.startsWith(whole) ? 2 * whole.length - 1 : 0);
    return Math.max(0, ...(names.get(page(group[0].location)) ?? []).map(close));
  }

  /* A word that a page lacks is not missing where a section of it has it: that is shown below its page. */
  function gather(group) {
    const own = group.find(({ location }) => page(location) === location);
    for (const [word, found] of Object.entries(own.terms)) {
      const [having, lacking] = [true, false].map((has) => group.filter(({ terms }) => Boolean(terms[word]) === has));
      if (!found) for (const section of having) section.score = group[0].score;
      if (having.length) for (const section of lacking) delete section.terms[word];
    }
    group.sort((one, other) => other.score - one.score);
  }

  /* The one with the highest score is where the Enter key leads. */
  function rank(groups) {
    for (const group of groups) {
      const close = 1e6 * closeness(group);
      for (const section of group) section.score += close;
      gather(group);
    }
    groups.sort(([one], [other]) => other.score - one.score);
  }

  const answer = self.postMessage.bind(self);
  self.postMessage = (message, ...rest) => {
    if (message.type === 3) rank(message.data.items);
    answer(message, ...rest);
  };

  addEventListener("message", ({ data: message }) => {
    if (message.type === 0) learn(message.data);
    if (message.type === 2) message.data = ask(message.data);
  });
})();
