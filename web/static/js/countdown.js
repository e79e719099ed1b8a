// Counts whole seconds down by the clock on the wall, so that a sleeping tab wakes up to the right number.

export class Countdown {
  // onTick is called with the seconds left whenever they change, the last time with 0.
  constructor(onTick) {
    this.onTick = onTick;
    this.end = 0;
    this.shown = 0;
    this.timer = 0;
  }

  get left() {
    return Math.max(0, Math.ceil((this.end - Date.now()) / 1000));
  }

  start(seconds) {
    clearInterval(this.timer);
    this.end = Date.now() + seconds * 1000;
    this.shown = -1;
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  stop() {
    clearInterval(this.timer);
    this.end = 0;
  }

  tick() {
    const left = this.left;
    if (left === this.shown) {
      return;
    }
    this.shown = left;
    if (left === 0) {
      this.stop();
    }
    this.onTick(left);
  }
}
