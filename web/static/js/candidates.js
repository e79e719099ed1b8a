// The characters that an answer in Chinese is picked from. Typing it works as well.

import { fetchCandidates } from "./api.js";
import { role } from "./form.js";

export class Candidates {
  // A dialog whose answers are typed has no place for candidates: see supports.
  constructor(dialog, form) {
    this.list = role(dialog, "candidates");
    this.form = form;
    this.id = ""; // The challenge that they belong to.
    this.list.addEventListener("click", (event) => this.pick(event.target.closest("button")));
    const erase = role(dialog, "erase");
    erase.addEventListener("click", () => this.erase());
    for (const element of [this.list, erase]) {
      element.addEventListener("mousedown", (event) => event.preventDefault()); // The focus stays where it is.
    }
  }

  static supports(dialog) {
    return role(dialog, "candidates") !== null;
  }

  clear() {
    this.id = "";
    this.list.replaceChildren();
  }

  // show fetches the candidates of a challenge. Without them there is still the field to type into.
  async show(id) {
    this.clear();
    this.id = id;
    let candidates;
    try {
      candidates = await fetchCandidates(id);
    } catch {
      return;
    }
    if (this.id === id) {
      this.list.replaceChildren(...candidates.map(button));
    }
  }

  pick(chosen) {
    if (chosen) {
      this.form.set("answer", this.form.value("answer") + chosen.textContent);
    }
  }

  erase() {
    this.form.set("answer", [...this.form.value("answer")].slice(0, -1).join(""));
  }
}

function button(character) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "candidate";
  button.textContent = character;
  return button;
}
