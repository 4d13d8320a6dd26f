/* Two models on the very same images: which of them was right, counted, and McNemar's exact test.

   Bits lie in scripts, one a validation, because a page opened as a file can read nothing else. */

(() => {
  "use strict";

  const zoo = (window.zoo ??= {});
  const Z95 = 1.959964;
  const asked = new Map();

  /* What a script of bits calls: a bit for each image in base64, the first image first. */
  zoo.bits = (name, text) => asked.get(name)?.arrive(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));

  /* Gives the bits of one file; fails where it cannot be loaded. */
  zoo.loadBits = (folder, name) => {
    if (!asked.has(name)) {
      const one = {};
      one.bits = new Promise((arrive, fail) => {
        one.arrive = arrive;
        const script = document.createElement("script");
        script.src = `${folder}${name}.js`;
        script.addEventListener("error", () => fail(new Error(name)));
        script.addEventListener("load", () => fail(new Error(name)));
        document.head.append(script);
      });
      asked.set(name, one);
    }
    return asked.get(name).bits;
  };

  const count = (byte) => {
    let ones = 0;
    for (let rest = byte; rest; rest &= rest - 1) ones += 1;
    return ones;
  };

  /* Padding behind the last image is unset in both. */
  zoo.tally = (first, second, images) => {
    const found = { both: 0, first: 0, second: 0, images };
    first.forEach((byte, at) => {
      found.both += count(byte & second[at]);
      found.first += count(byte & ~second[at]);
      found.second += count(second[at] & ~byte);
    });
    found.neither = images - found.both - found.first - found.second;
    return found;
  };

  /* The exact, two-sided p of two models being equally often right; as in `proportion.py`. */
  zoo.mcnemar = (first, second) => {
    const [tosses, fewer] = [first + second, Math.min(first, second)];
    let log = -tosses * Math.LN2;
    for (let at = 1; at <= fewer; at += 1) log += Math.log((tosses - fewer + at) / at);
    let [tail, term] = [1, 1];
    for (let at = fewer; at > 0; at -= 1) {
      term *= at / (tosses - at + 1);
      tail += term;
    }
    return Math.min(1, 2 * Math.exp(log + Math.log(tail)));
  };

  /* The 95 % interval of the difference in points; Agresti and Min 2005, as in `proportion.py`. */
  zoo.differenceInterval = (tally) => {
    const images = tally.images + 2;
    const [first, second] = [tally.first + 0.5, tally.second + 0.5];
    const centre = (first - second) / images;
    const half = (Z95 * Math.sqrt(first + second - (first - second) ** 2 / images)) / images;
    return [100 * Math.max(-1, centre - half), 100 * Math.min(1, centre + half)];
  };
})();
