// A dialog's fields and what is said about them.

const FIELDS = ["phone", "answer", "code"];

// role finds the element of a dialog with a data-role.
export function role(dialog, name) {
  return dialog.querySelector(`[data-role="${name}"]`);
}

export class Form {
  constructor(dialog) {
    this.status = role(dialog, "status");
    this.fields = {};
    this.errors = {};
    for (const name of FIELDS) {
      this.fields[name] = role(dialog, name);
      this.errors[name] = role(dialog, `${name}-error`);
      this.fields[name].addEventListener("input", () => this.forgive(name));
    }
    this.fields.code.addEventListener("paste", pasteCode);
    this.isComposing = false; // Whether an input method is at work on the answer: its return key is no answer yet.
    this.fields.answer.addEventListener("compositionstart", () => {
      this.isComposing = true;
    });
    this.fields.answer.addEventListener("compositionend", () => {
      this.isComposing = false;
    });
  }

  value(name) {
    return this.fields[name].value.trim();
  }

  set(name, value) {
    this.fields[name].value = value;
    this.forgive(name);
  }

  focus(name) {
    this.fields[name].focus();
  }

  // say shows a sentence in the status line; tone is "plain", "good" or "bad".
  say(text, tone = "plain") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
    this.status.classList.remove("visually_hidden");
  }

  // blame marks a field as wrong, says why beside it, and moves there. The status line repeats it for screen readers only.
  // Of a field that is not there it is all there is.
  blame(name, text) {
    if (this.fields[name].hidden) {
      this.say(text, "bad");
      return;
    }
    this.fields[name].setAttribute("aria-invalid", "true");
    this.errors[name].textContent = text;
    this.errors[name].hidden = false;
    this.say(text, "bad");
    this.status.classList.add("visually_hidden");
    this.focus(name);
  }

  forgive(name) {
    this.fields[name].removeAttribute("aria-invalid");
    this.errors[name].textContent = "";
    this.errors[name].hidden = true;
  }

  // retract takes back what is said about fields in these words.
  retract(text) {
    FIELDS.filter((name) => this.errors[name].textContent === text).forEach((name) => this.forgive(name));
  }

  // isBlamed tells whether a field is marked as wrong.
  get isBlamed() {
    return FIELDS.some((name) => this.fields[name].hasAttribute("aria-invalid"));
  }

  // quiet takes back everything said.
  quiet() {
    FIELDS.forEach((name) => this.forgive(name));
    this.say("");
  }
}

// working marks a button as busy while a task runs and holds back a second one. The button keeps the focus, which a
// disabled one would lose.
export async function working(button, task) {
  if (button.getAttribute("aria-busy") === "true") {
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    await task();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

// pasteCode drops the spaces of a pasted code before maxlength cuts its end off, and reads full-width digits.
function pasteCode(event) {
  const text = event.clipboardData?.getData("text");
  if (!text) {
    return;
  }
  event.preventDefault();
  const input = event.target;
  const room = input.maxLength - (input.value.length - (input.selectionEnd - input.selectionStart));
  const code = text.normalize("NFKC").replace(/\s/g, "").slice(0, room);
  input.setRangeText(code, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
