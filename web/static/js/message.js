// What each problem means to a visitor: the words, and the field that they concern ("" for none).

const PROBLEMS = {
  "bad-phone": { field: "phone", key: "problem.phone" },
  "wrong-answer": { field: "answer", key: "problem.wrong_answer" },
  "challenge-expired": { field: "answer", key: "problem.challenge_expired" },
  "bad-challenge-id": { field: "answer", key: "problem.challenge_expired" },
  "verification-expired": { field: "code", key: "problem.code_expired" },
  "send-failed": { field: "", key: "problem.send_failed" },
  "store-unavailable": { field: "", key: "problem.unavailable" },
  "cross-origin": { field: "", key: "problem.cross_origin" },
  "bad-purpose": { field: "", key: "problem.request" },
  "bad-request": { field: "", key: "problem.request" },
  network: { field: "", key: "problem.network" },
  timeout: { field: "", key: "problem.timeout" },
};

// explainSend words a problem of asking for a code.
export function explainSend(problem, locale) {
  if (problem.slug === "rate-limited") {
    const again = locale.again(problem.retryAfter);
    return problem.scope === "phone"
      ? { field: "phone", text: locale.text("problem.limited_phone", { again }) }
      : { field: "", text: locale.text("problem.limited_client", { again }) };
  }
  return explain(problem, locale);
}

// explainCheck words a problem of giving the code back.
export function explainCheck(problem, locale) {
  switch (problem.slug) {
    case "rate-limited":
      return { field: "code", text: locale.text("problem.limited_codes", { again: locale.again(problem.retryAfter) }) };
    case "wrong-code":
      return { field: "code", text: wrongCode(problem.attemptsLeft, locale) };
    case "bad-code":
      return { field: "code", text: locale.text("problem.code_shape") };
    default:
      return explain(problem, locale);
  }
}

// explainSpeech words why a challenge is not to be heard, and tells whether another one would be.
export function explainSpeech(problem, locale) {
  switch (problem.slug) {
    case "speech-limit":
      return { renew: true, text: locale.text("speech.limited") };
    case "challenge-expired":
      return { renew: true, text: locale.text("speech.expired") };
    case "unspeakable":
      return { renew: false, text: locale.text("speech.unspeakable") };
    case "network":
      return { renew: false, text: locale.text("problem.network") };
    default:
      return { renew: false, text: locale.text("speech.failed") };
  }
}

// explainPictureFailure words why there is no picture, from the tutorial's errno.
export function explainPictureFailure(errno, locale) {
  switch (errno) {
    case "4202":
    case "429":
      return locale.text("picture.limited");
    case "network":
      return locale.text("picture.network");
    default:
      return locale.text("picture.failed");
  }
}

function wrongCode(attemptsLeft, locale) {
  switch (attemptsLeft) {
    case 0:
      return locale.text("problem.code_burned");
    case 1:
      return locale.text("problem.wrong_code_last");
    default:
      return attemptsLeft > 1
        ? locale.text("problem.wrong_code_left", { n: attemptsLeft })
        : locale.text("problem.wrong_code");
  }
}

function explain(problem, locale) {
  const known = PROBLEMS[problem.slug];
  if (known) {
    return { field: known.field, text: locale.text(known.key) };
  }
  return {
    field: "",
    text: problem.requestId
      ? locale.text("problem.internal_id", { id: problem.requestId })
      : locale.text("problem.internal"),
  };
}
