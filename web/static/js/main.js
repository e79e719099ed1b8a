// Opens the dialogs, and keeps the two functions that pages built from the tutorial call by name.

import { generateUUID } from "./uuid.js";
import { CrossingDialog } from "./dialog.js";
import { loadLocale } from "./locale.js";

const locale = loadLocale(document.documentElement.lang);
locale.catch(() => {
  document.getElementById("load-failed").hidden = false;
});

const register = new CrossingDialog(document.querySelector(".register_form_con"), locale);
const login = new CrossingDialog(document.querySelector(".login_form_con"), locale);

function onClick(selector, act) {
  for (const element of document.querySelectorAll(selector)) {
    element.addEventListener("click", act);
  }
}

onClick(".register_btn", () => register.open());
onClick(".login_btn", () => login.open());
onClick(".to_register", () => login.switchTo(register));
onClick(".to_login", () => register.switchTo(login));

// generateImageCode shows a new challenge in the open dialog and returns its id.
export function generateImageCode() {
  return (login.isOpen ? login : register).crossing.refresh();
}

window.generateImageCode = generateImageCode;
window.generateUUID = generateUUID;
