// One way across: challenge, code, proof. It knows the order of things and what each outcome does to the form.

import { checkVerification, createTask, createVerification, fetchTask } from "./api.js";
import { Candidates } from "./candidates.js";
import { Challenge } from "./challenge.js";
import { Countdown } from "./countdown.js";
import { Form, role, working } from "./form.js";
import { explainCheck, explainPictureFailure, explainSend, explainSpeech, explainWork } from "./message.js";
import { Speech } from "./speech.js";
import { Work } from "./work.js";

const LONGEST_COUNTDOWN = 600; // Seconds. A longer wait is said once, not counted.

const SPARING = ["bad-phone", "not-served"]; // Problems that leave the challenge as good as it was.

export class Crossing {
  // locale is a promise of a Locale; onSent is called with the phone, onApproved with the approval and the masked phone.
  constructor(dialog, locale, { onSent, onApproved }) {
    this.purpose = dialog.dataset.purpose;
    this.locale = locale;
    this.onSent = onSent;
    this.onApproved = onApproved;
    this.form = new Form(dialog);
    this.sendButton = role(dialog, "send");
    this.sendLabel = this.sendButton.textContent;
    this.submitButton = role(dialog, "submit");
    this.pending = null; // The verification that waits for its code: id, phone as typed, masked phone.
    this.waiting = ""; // The phone as typed that the countdown is about, or "*" for all.
    this.limit = ""; // The sentence that the countdown takes back at its end.
    this.countdown = new Countdown((left) => this.tick(left));
    const problemLine = role(dialog, "picture-error");
    this.challenge = new Challenge(role(dialog, "frame"), role(dialog, "picture"), {
      onReady: (id) => {
        problemLine.textContent = "";
        this.candidates?.show(id);
        if (!this.pending || document.activeElement === this.form.fields.answer) {
          this.startWork(); // Somebody is about to answer.
        }
      },
      onFailure: async (errno) => {
        problemLine.textContent = explainPictureFailure(errno, await this.locale);
      },
    });

    this.speech = Speech.supports(dialog) ? new Speech(dialog, locale) : null;
    this.candidates = Candidates.supports(dialog) ? new Candidates(dialog, this.form) : null;
    this.work = new Work(dialog, locale);
    this.puzzle = role(dialog, "puzzle");
    this.workNote = role(dialog, "work-note");
    this.aloneButton = role(dialog, "alone");
    this.aloneButton.hidden = !Work.isSupported;
    this.aloneLabel = this.aloneButton.textContent;
    this.aloneButton.addEventListener("click", () => (this.isAlone ? this.refresh() : this.workAlone()));
    this.form.fields.answer.addEventListener("focus", () => this.startWork());

    const picture = role(dialog, "picture");
    picture.addEventListener("mousedown", (event) => event.preventDefault()); // The focus stays in the field.
    picture.addEventListener("click", () => this.refresh());
    role(dialog, "refresh").addEventListener("click", () => this.refresh());
    this.listenButton = role(dialog, "listen");
    this.listenButton?.addEventListener("mousedown", (event) => event.preventDefault());
    this.listenButton?.addEventListener("click", () => working(this.listenButton, () => this.listen()));
    role(dialog, "send-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.form.isComposing) {
        working(this.sendButton, () => this.send());
      }
    });
    role(dialog, "check-form").addEventListener("submit", (event) => {
      event.preventDefault();
      working(this.submitButton, () => this.check());
    });
    this.form.fields.phone.addEventListener("input", () => this.showSend());
    this.showStage();
  }

  // refresh shows another challenge and returns its id. The phone and the code stay as typed.
  refresh() {
    this.clear();
    this.showLane(false);
    return this.challenge.next();
  }

  // clear forgets what was begun for a challenge.
  clear() {
    this.form.set("answer", "");
    this.pause();
    this.candidates?.clear();
  }

  // pause ends what goes on by itself.
  pause() {
    this.hush();
    this.work.cancel();
  }

  // startWork begins the work that goes with the picture, if some does.
  startWork() {
    if (this.challenge.effort === "work" && !this.isAlone && !this.work.isBegun) {
      const { id } = this.challenge;
      this.work.begin(() => fetchTask(id));
    }
  }

  // workAlone has the browser work in place of an answer.
  async workAlone() {
    this.form.quiet();
    this.clear();
    this.showLane(true);
    const id = this.challenge.drop();
    try {
      await this.work.begin(() => createTask(id));
    } catch (problem) {
      if (this.challenge.id === id) {
        this.refresh();
        this.form.say(explainWork(problem, await this.locale), "bad");
      }
    }
  }

  get isAlone() {
    return this.puzzle.hidden;
  }

  // showLane shows the picture and the field for its answer, or that neither is needed.
  async showLane(isAlone) {
    this.puzzle.hidden = isAlone;
    this.form.fields.answer.hidden = isAlone;
    this.workNote.hidden = !isAlone;
    const locale = await this.locale;
    this.aloneButton.textContent = this.isAlone ? locale.text("work.instead") : this.aloneLabel;
  }

  // listen speaks the challenge, or stops speaking it. The answer is typed meanwhile, so the focus goes to its field.
  async listen() {
    if (this.speech.isPlaying) {
      this.hush();
      return;
    }
    this.form.focus("answer");
    await this.challenge.settled;
    try {
      await this.speech.play(this.challenge.id);
    } catch (problem) {
      this.excuse(problem, await this.locale);
    }
  }

  // excuse shows why nothing is to be heard. Where only another challenge helps, there is one, to be listened to.
  excuse(problem, locale) {
    const { text, renew } = explainSpeech(problem, locale);
    this.form.say(text, "bad");
    if (renew) {
      this.refresh();
      this.listenButton.focus();
    }
  }

  // hush ends what is being spoken.
  hush() {
    this.speech?.stop();
  }

  // resume moves to the field that comes next, for a dialog that opens again.
  resume() {
    this.form.focus(this.pending ? "code" : "phone");
  }

  // restart forgets everything but the limits.
  restart() {
    this.pending = null;
    this.challenge.effort = "";
    ["phone", "answer", "code"].forEach((name) => this.form.set(name, ""));
    this.form.quiet();
    this.showStage();
    this.showSend();
  }

  async send() {
    const locale = await this.locale;
    this.form.quiet();
    if (this.secondsToWait > 0) {
      this.form.say(locale.again(this.secondsToWait), "bad");
      return;
    }
    if (!this.filled(locale, { ...(!this.isAlone && { answer: "problem.no_answer" }), phone: "problem.no_phone" })) {
      return;
    }
    const asked = this.asked();
    const { phone } = asked;
    const work = await this.worked(asked, locale);
    if (work === null) {
      return;
    }
    let sent;
    try {
      sent = await createVerification({ ...asked, work });
    } catch (problem) {
      if (problem.verification) {
        this.await({ id: problem.verification, phone, masked: phone }, problem.resendAfter);
        this.form.say(locale.text("status.unsure"), "plain");
      } else {
        this.refuse(problem, phone, locale);
      }
      return;
    }
    this.await({ id: sent.id, phone, masked: sent.phone }, sent.resend_after);
    this.form.say(locale.text("status.sent", { phone: sent.phone, wait: locale.wait(sent.expires_in) }), "good");
  }

  // await asks for the code of a message that left, or may have.
  await(pending, resendAfter) {
    this.refresh();
    this.pending = pending;
    this.wait(pending.phone, resendAfter);
    this.showStage();
    this.form.focus("code");
    this.onSent(pending.phone);
  }

  // asked is what the visitor asks for, as the form says now.
  asked() {
    const [phone, answer] = ["phone", "answer"].map((name) => this.form.value(name));
    return { challengeId: this.challenge.id, answer, phone, purpose: this.purpose };
  }

  // worked waits for the work that goes with what is asked for, "" if none does. It returns null when there is nothing to
  // ask for any more.
  async worked(asked, locale) {
    let work;
    try {
      this.startWork();
      work = await this.work.result();
    } catch (problem) {
      if (asked.challengeId === this.challenge.id) {
        this.refuse(problem, asked.phone, locale);
      }
      return null;
    }
    if (JSON.stringify(asked) === JSON.stringify(this.asked())) {
      return work;
    }
    this.form.say(locale.text("work.changed"));
    return null;
  }

  // refuse shows why no code was sent. The server consumed the challenge with its answer, so there is a new one, a harder
  // one if that is what it takes.
  refuse(problem, phone, locale) {
    const { field, text, tone } = explainSend(problem, locale);
    const next = this.isAlone ? this.aloneButton : this.form.fields.answer;
    if (problem.effort) {
      this.challenge.effort = problem.effort;
    }
    if (problem.reached && !(this.isAlone && SPARING.includes(problem.slug))) {
      this.refresh();
    }
    if (field) {
      this.form.blame(field, text);
    } else {
      this.form.say(text, tone ?? "bad");
    }
    if (problem.slug === "rate-limited") {
      this.limit = text;
      if (problem.retryAfter > 0 && problem.retryAfter <= LONGEST_COUNTDOWN) {
        this.wait(problem.scope === "phone" ? phone : "*", problem.retryAfter);
      }
    } else if (!field && problem.reached) {
      next.focus();
    }
  }

  async check() {
    const locale = await this.locale;
    this.form.quiet();
    if (this.pending?.phone !== this.form.value("phone")) {
      this.form.blame(this.form.value("phone") ? "answer" : "phone", locale.text("problem.no_code_sent"));
      return;
    }
    if (!this.filled(locale, { code: "problem.no_code" })) {
      return;
    }
    let approval;
    try {
      approval = await checkVerification(this.pending.id, this.form.value("code"));
    } catch (problem) {
      this.reject(problem, locale);
      return;
    }
    this.onApproved(approval, this.pending.masked);
  }

  // reject shows why a code was not accepted. One that no guess can help any more needs another message.
  reject(problem, locale) {
    const { field, text } = explainCheck(problem, locale);
    if (!field) {
      this.form.say(text, "bad");
      return;
    }
    this.form.blame(field, text);
    this.form.fields[field].select();
    if (problem.slug === "verification-expired" || problem.attemptsLeft === 0) {
      this.pending = null;
      this.form.fields.code.value = "";
      this.form.focus("answer");
      this.showStage();
    }
  }

  // filled blames each empty field, the first one last so that the focus ends there.
  filled(locale, keys) {
    const empty = Object.keys(keys).filter((name) => this.form.value(name) === "");
    empty.forEach((name) => this.form.blame(name, locale.text(keys[name])));
    return empty.length === 0;
  }

  // secondsToWait is how long the phone that is typed now has to wait.
  get secondsToWait() {
    return this.waiting === "*" || this.waiting === this.form.value("phone") ? this.countdown.left : 0;
  }

  wait(phone, seconds) {
    this.waiting = phone;
    this.countdown.start(seconds);
  }

  async tick(left) {
    const locale = await this.locale;
    this.showSend();
    if (left > 0) {
      return;
    }
    this.waiting = "";
    this.form.retract(this.limit);
    if (!this.form.isBlamed) {
      this.form.say(locale.text(this.pending ? "status.resend" : "status.again"));
    }
  }

  // showSend words the send button: the first time, how long to wait, or once more.
  async showSend() {
    const locale = await this.locale;
    const left = this.secondsToWait;
    this.sendButton.toggleAttribute("data-waiting", left > 0);
    if (left > 0) {
      this.sendButton.setAttribute("aria-disabled", "true");
      this.sendButton.textContent = locale.text("button.wait", { n: left });
      return;
    }
    this.sendButton.removeAttribute("aria-disabled");
    this.sendButton.textContent = this.pending?.phone === this.form.value("phone") ? locale.text("button.resend") : this.sendLabel;
  }

  // showStage gives the weight to the button that comes next.
  showStage() {
    this.sendButton.classList.toggle("strong", this.pending === null);
    this.submitButton.classList.toggle("strong", this.pending !== null);
  }
}
