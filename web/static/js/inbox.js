// The development inbox: shows the last message sent to a phone. The page holds its panel in development mode only.

import { role } from "./form.js";

export class Inbox {
  // onFill is called with the code of the message that is shown.
  constructor(panel, locale, onFill) {
    this.panel = panel;
    this.locale = locale;
    role(panel, "inbox-fill").addEventListener("click", () => onFill(role(panel, "inbox-code").value));
  }

  // show looks for the last message to a phone.
  async show(phone) {
    const message = await lastMessage(phone);
    role(this.panel, "inbox-empty").hidden = message !== null;
    role(this.panel, "inbox-message").hidden = message === null;
    if (message === null) {
      role(this.panel, "inbox-empty").textContent = this.locale.text("inbox.none");
      return;
    }
    const time = role(this.panel, "inbox-time");
    time.dateTime = message.sent_at;
    time.textContent = new Date(message.sent_at).toLocaleTimeString(this.locale.lang);
    role(this.panel, "inbox-phone").textContent = message.mobile;
    role(this.panel, "inbox-text").textContent = message.text;
    role(this.panel, "inbox-code").value = message.code;
  }

  clear() {
    role(this.panel, "inbox-empty").hidden = false;
    role(this.panel, "inbox-empty").textContent = this.locale.text("inbox.empty");
    role(this.panel, "inbox-message").hidden = true;
  }
}

async function lastMessage(phone) {
  try {
    const response = await fetch(`/dev/inbox?${new URLSearchParams({ mobile: phone })}`, { cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
