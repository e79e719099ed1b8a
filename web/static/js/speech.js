// A challenge spoken, for who cannot see it, and the button that tells how far it is.

import { fetchSpeech } from "./api.js";
import { role } from "./form.js";

export class Speech {
  // locale is a promise of a Locale. A dialog whose challenges cannot be spoken has no button: see supports.
  constructor(dialog, locale) {
    this.audio = role(dialog, "speech");
    this.button = role(dialog, "listen");
    this.text = role(dialog, "listen-text");
    this.locale = locale;
    this.id = ""; // The challenge that should be heard.
    for (const event of ["playing", "pause", "ended", "error"]) {
      this.audio.addEventListener(event, () => this.show());
    }
  }

  static supports(dialog) {
    return role(dialog, "listen") !== null;
  }

  get isPlaying() {
    return !this.audio.paused && !this.audio.ended;
  }

  // play speaks a challenge and returns when that begins, or when something else came in between.
  async play(id) {
    this.id = id;
    const { lang } = await this.locale;
    const speech = await fetchSpeech(id, lang);
    if (this.id !== id) {
      return;
    }
    URL.revokeObjectURL(this.audio.src);
    this.audio.src = URL.createObjectURL(speech);
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") {
        throw error; // AbortError means that stop was faster.
      }
    }
  }

  stop() {
    this.id = "";
    this.audio.pause();
  }

  // show words the button: what it does, or that something is to be heard.
  async show() {
    const locale = await this.locale;
    const playing = this.isPlaying;
    this.button.toggleAttribute("data-playing", playing);
    this.button.setAttribute("aria-label", locale.text(playing ? "speech.stop" : "speech.label"));
    this.text.textContent = locale.text(playing ? "speech.playing" : "speech.listen");
  }
}
