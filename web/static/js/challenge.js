// A challenge: its id, made here, and its picture.

import { explainPicture } from "./api.js";
import { generateUUID } from "./uuid.js";

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
