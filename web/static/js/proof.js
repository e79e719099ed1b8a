// The proof of a crossing: a signed token (JWT), opened here only to be shown. Nothing in the browser believes it.

// What the gate puts into a proof, in the order in which a person asks.
const CLAIMS = {
  phone_number: "claim.phone_number",
  phone_number_verified: "claim.phone_number_verified",
  purpose: "claim.purpose",
  aud: "claim.aud",
  iss: "claim.iss",
  iat: "claim.iat",
  exp: "claim.exp",
  jti: "claim.jti",
};

const TIMES = new Set(["iat", "exp", "nbf"]); // In seconds since 1970.

// decodeClaims reads the payload of a token without verifying it. Anything that is not a JWT has no claims.
export function decodeClaims(token) {
  try {
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}

// showClaims fills a table's body with a row for each claim, the known ones first.
export function showClaims(body, claims, locale) {
  const known = Object.keys(CLAIMS).filter((name) => name in claims);
  const others = Object.keys(claims).filter((name) => !(name in CLAIMS));
  body.replaceChildren(...[...known, ...others].map((name) => claimRow(name, claims[name], locale)));
}

function claimRow(name, value, locale) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  if (name in CLAIMS) {
    const meaning = document.createElement("span");
    meaning.textContent = locale.text(CLAIMS[name]);
    head.append(meaning, " ");
  }
  const code = document.createElement("code");
  code.textContent = name;
  head.append(code);
  const cell = document.createElement("td");
  cell.dataset.claim = name;
  if (TIMES.has(name) && Number.isFinite(value)) {
    cell.append(...moment(value, locale));
  } else {
    cell.textContent = [value].flat().map(valueText).join(", ");
  }
  row.append(head, cell);
  return row;
}

function moment(seconds, locale) {
  const time = document.createElement("time");
  time.dateTime = new Date(seconds * 1000).toISOString();
  time.textContent = locale.time(seconds);
  const distance = document.createElement("span");
  distance.textContent = locale.fromNow(seconds);
  return [time, " ", distance];
}

function valueText(value) {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// copyToken puts the token of a text area on the clipboard. Without a secure context there is no clipboard object, so
// the older way stands behind it.
export async function copyToken(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    const focused = document.activeElement;
    area.select();
    const copied = document.execCommand("copy");
    focused.focus();
    return copied;
  }
}
