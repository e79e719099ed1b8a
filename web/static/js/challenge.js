// A challenge: its id, made here, and its picture.

import { explainPicture } from "./api.js";

// generateUUID returns a random UUID (version 4). crypto.randomUUID exists in secure contexts only; a page served over
// plain HTTP still has crypto.getRandomValues.
export function generateUUID() {
  if (typeof crypto.randomUUID === "function") {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Challenge {
  // onFailure is called with the errno, or "network", when there is no picture; onReady with the id when there is.
  constructor(frame, picture, { onReady, onFailure }) {
    this.id = "";
    this.effort = ""; // That the server asked for: "hard" or "work".
    this.frame = frame;
    this.picture = picture;
    this.onFailure = onFailure;
    this.settle = () => {};
    picture.addEventListener("load", () => {
      this.retried = false;
      this.frame.dataset.state = "ready";
      this.settle();
      onReady(this.id);
    });
    picture.addEventListener("error", () => this.fail());
  }

  // next replaces the challenge and returns the new id. The server forgets the previous one. The promise in settled is
  // kept when the picture is there, will not come, or is not wanted any more.
  next() {
    this.settle();
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    const query = new URLSearchParams({ code_id: generateUUID() });
    if (this.id) {
      query.set("pre_id", this.id);
    }
    if (this.effort) {
      query.set("effort", this.effort);
    }
    this.id = query.get("code_id");
    this.frame.dataset.state = this.frame.dataset.state === "ready" || this.frame.dataset.state === "changing" ? "changing" : "loading";
    this.picture.src = `/passport/image_code?${query}`;
    return this.id;
  }

  // drop goes on without a picture and returns the id for a challenge that has none.
  drop() {
    this.settle();
    this.frame.dataset.state = "empty";
    this.picture.removeAttribute("src");
    this.id = generateUUID(); // The picture before may still be on its way.
    return this.id;
  }

  async fail() {
    const id = this.id;
    this.frame.dataset.state = "failed";
    let errno;
    try {
      errno = await explainPicture(this.picture.src);
    } catch {
      errno = "network";
    }
    if (id !== this.id) {
      return; // A newer challenge is on its way.
    }
    if (errno === "" && !this.retried) {
      this.retried = true;
      this.next();
      return;
    }
    this.settle();
    this.onFailure(errno);
  }
}
