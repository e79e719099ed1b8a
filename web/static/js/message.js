// What each problem means to a visitor: the words, and the field that they concern ("" for none).

const PROBLEMS = {
  "bad-phone": { field: "phone", key: "problem.phone" },
  "wrong-answer": { field: "answer", key: "problem.wrong_answer" },
  "challenge-expired": { field: "answer", key: "problem.challenge_expired" },
  "bad-challenge-id": { field: "answer", key: "problem.challenge_expired" },
  "verification-expired": { field: "code", key: "problem.code_expired" },
  "bad-work": { field: "", key: "problem.work" },
  "no-work": { field: "", key: "problem.no_work" },
  "send-failed": { field: "", key: "problem.send_failed" },
  "store-unavailable": { field: "", key: "problem.unavailable" },
  "overloaded": { field: "", key: "problem.overloaded" },
  "cross-origin": { field: "", key: "problem.cross_origin" },
  "bad-purpose": { field: "", key: "problem.request" },
  "bad-request": { field: "", key: "problem.request" },
  network: { field: "", key: "problem.network" },
  timeout: { field: "", key: "problem.timeout" },
  "in-progress": { field: "", key: "problem.timeout" },
};

// explainSend words a problem of asking for a code. What is no fault of the visitor's has another tone.
export function explainSend(problem, locale) {
  switch (problem.slug) {
    case "rate-limited":
      return limited(problem.scope, locale.again(problem.retryAfter), locale);
    case "harder-challenge":
      return { field: "", tone: "plain", text: locale.text(problem.effort === "work" ? "problem.more_work" : "problem.more") };
    case "not-served":
      return problem.scope === "client"
        ? { field: "", text: locale.text("problem.not_served_client") }
        : { field: "phone", text: locale.text("problem.not_served") };
    default:
      return explain(problem, locale);
  }
}

function limited(scope, again, locale) {
  switch (scope) {
    case "phone":
      return { field: "phone", text: locale.text("problem.limited_phone", { again }) };
    case "client":
      return { field: "", text: locale.text("problem.limited_client", { again }) };
    default:
      return { field: "", text: locale.text("problem.limited", { again }) };
  }
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

// explainWork words why there is no work to do in place of a picture.
export function explainWork(problem, locale) {
  switch (problem.slug) {
    case "rate-limited":
      return locale.text("work.limited", { again: locale.again(problem.retryAfter) });
    case "network":
      return locale.text("problem.network");
    default:
      return locale.text("work.failed");
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
    case "4001":
      return locale.text("picture.paused");
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
  if (problem.slug === "store-paused") {
    return { field: "", text: locale.text("problem.paused", { again: locale.again(problem.retryAfter) }) };
  }
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
