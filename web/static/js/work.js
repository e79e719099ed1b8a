// The work that a browser does for its visitor: beside a harder picture, or in place of one. A worker does it, so that the
// page stays quick, and a line tells how far it is.

import { Problem } from "./api.js";
import { role } from "./form.js";

const PAUSE = 1000; // Milliseconds at least between two changes of the line, which screen readers read out.

export class Work {
  // locale is a promise of a Locale.
  constructor(dialog, locale) {
    this.text = role(dialog, "work-text");
    this.bar = role(dialog, "work-bar");
    this.locale = locale;
    this.fetch = null; // Gets the task; null if there is no work.
    this.cancel();
  }

  // isSupported tells whether this browser has workers.
  static get isSupported() {
    return typeof Worker === "function";
  }

  get isBegun() {
    return this.fetch !== null;
  }

  // begin gets a task and does it, in place of any other, and returns what result does.
  begin(fetch) {
    this.cancel();
    this.fetch = fetch;
    this.hasFailed = false;
    const turn = this.turn;
    this.solution = this.solve(turn).catch((problem) => {
      if (turn === this.turn) {
        this.hasFailed = true;
        this.stop();
        this.clear();
      }
      throw problem;
    });
    this.solution.catch(() => {}); // Who asks for the result hears of it.
    return this.solution;
  }

  // result returns the solution, trying once more where it failed: "" if there is no work, or none any more.
  result() {
    if (this.fetch && this.hasFailed) {
      this.begin(this.fetch);
    }
    return this.solution;
  }

  // cancel ends the work and forgets what came of it.
  cancel() {
    this.turn = {};
    this.stop?.();
    this.stop = () => {};
    this.fetch = null;
    this.hasFailed = false;
    this.solution = Promise.resolve("");
    this.clear();
  }

  clear() {
    this.bar.hidden = true;
    this.text.textContent = "";
  }

  async solve(turn) {
    const locale = await this.locale;
    const task = await this.fetch();
    if (turn !== this.turn) {
      return "";
    }
    this.show(locale, 0, task.count);
    return new Promise((resolve, reject) => {
      const worker = new Worker("/assets/js/solver.js");
      this.stop = () => {
        worker.terminate();
        resolve("");
      };
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        reject(new Problem({ slug: "no-work", reached: false }));
      });
      worker.addEventListener("message", ({ data }) => {
        if (data.solution === undefined) {
          this.show(locale, data.done, task.count);
          return;
        }
        worker.terminate();
        resolve(data.solution);
      });
      worker.postMessage({ salt: task.salt, bits: task.bits, count: task.count });
    });
  }

  // show tells how many parts of how many are done.
  show(locale, done, count) {
    this.bar.hidden = false;
    this.bar.max = count;
    this.bar.value = done;
    const now = performance.now();
    if (done === 0 || done === count || now - this.shown > PAUSE) {
      this.shown = now;
      this.text.textContent = done === count ? locale.text("work.done") : locale.text("work.progress", { done, count });
    }
  }
}
