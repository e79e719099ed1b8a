// A dialog around a crossing: opening, closing, switching, and the view at the end.

import { Crossing } from "./crossing.js";
import { role } from "./form.js";
import { copyToken, decodeClaims, showClaims } from "./proof.js";

export class CrossingDialog {
  constructor(dialog, locale) {
    this.dialog = dialog;
    this.locale = locale;
    this.crossing = new Crossing(dialog, locale, {
      onSent: async (phone) => (await this.inbox)?.show(phone),
      onApproved: (approval, masked) => this.showVerified(approval, masked),
    });
    this.inbox = this.loadInbox(role(dialog, "inbox"));

    role(dialog, "close").addEventListener("click", () => this.dialog.close());
    role(dialog, "done").addEventListener("click", () => this.dialog.close());
    role(dialog, "copy").addEventListener("click", () => this.copy());
    dialog.addEventListener("close", () => {
      this.crossing.pause();
      this.reset();
    });
  }

  get isOpen() {
    return this.dialog.open;
  }

  // open shows the dialog with a new challenge.
  open() {
    if (this.isOpen) {
      return;
    }
    this.dialog.showModal();
    this.crossing.refresh();
    this.crossing.resume();
  }

  // switchTo opens another dialog instead, with the phone that was typed here.
  switchTo(other) {
    const phone = this.crossing.form.value("phone");
    this.dialog.close();
    other.open();
    if (phone) {
      other.crossing.form.set("phone", phone);
      other.crossing.showSend();
    }
  }

  async showVerified(approval, masked) {
    const locale = await this.locale;
    role(this.dialog, "verified-phone").textContent = masked;
    role(this.dialog, "proof").value = approval.proof;
    showClaims(role(this.dialog, "claims"), decodeClaims(approval.proof), locale);
    role(this.dialog, "copy").textContent = locale.text("verified.copy");
    role(this.dialog, "form").hidden = true;
    role(this.dialog, "verified").hidden = false;
    this.dialog.scrollTop = 0;
    role(this.dialog, "verified-title").focus({ preventScroll: true });
  }

  // reset makes a dialog that came to its end ready for another crossing. One closed on the way stays as it is.
  async reset() {
    if (role(this.dialog, "verified").hidden) {
      return;
    }
    role(this.dialog, "verified").hidden = true;
    role(this.dialog, "form").hidden = false;
    role(this.dialog, "proof").value = "";
    role(this.dialog, "claims").replaceChildren();
    this.crossing.restart();
    (await this.inbox)?.clear();
  }

  async copy() {
    const locale = await this.locale;
    const text = (await copyToken(role(this.dialog, "proof"))) ? locale.text("verified.copied") : locale.text("verified.copy_failed");
    role(this.dialog, "copy").textContent = text;
    role(this.dialog, "copy-status").textContent = text;
  }

  // loadInbox loads the development inbox if the page has its panel.
  async loadInbox(panel) {
    if (!panel) {
      return null;
    }
    const { Inbox } = await import("./inbox.js");
    return new Inbox(panel, await this.locale, (code) => {
      this.crossing.form.set("code", code);
      this.crossing.form.focus("code");
    });
  }
}
