/* The search without a server. A page opened as a file may not start a worker; there a hidden frame
   does a worker's work. Material expects file and class under these names, or would load them from
   another host; its worker looks for the class, to learn where it is. Nothing is put into the frame
   but scripts that are files: the page's content policy holds inside, too. */

(() => {
  "use strict";

  class IFrameWorker extends EventTarget {
    #frame = document.createElement("iframe");
    #ready;

    constructor(address) {
      super();
      this.#frame.hidden = true;
      document.body.append(this.#frame);
      const inside = this.#frame.contentWindow;
      inside.postMessage = (data) => this.#tell(new MessageEvent("message", { data }));
      inside.importScripts = (...addresses) =>
        addresses.reduce((before, one) => before.then(() => load(inside, one)), Promise.resolve());
      this.#ready = load(inside, address);
      this.#ready.catch((error) => this.#tell(new ErrorEvent("error", { error, message: error.message })));
    }

    postMessage(data) {
      this.#ready.then(
        () => {
          const message = new MessageEvent("message", { data: structuredClone(data) });
          this.#frame.contentWindow.dispatchEvent(message);
        },
        () => {},
      );
    }

    terminate() {
      this.#frame.remove();
    }

    #tell(event) {
      this.dispatchEvent(event);
      this[`on${event.type}`]?.(event);
    }
  }

  function load(inside, address) {
    return new Promise((done, failed) => {
      const script = inside.document.createElement("script");
      script.src = address;
      script.onload = () => done();
      script.onerror = () => failed(new Error(`cannot load ${address}`));
      inside.document.body.append(script);
    });
  }

  window.IFrameWorker = IFrameWorker;
  if (location.protocol === "file:") window.Worker = IFrameWorker;
})();
