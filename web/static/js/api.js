// The requests of a crossing, and the problems that they end in.

import { generateUUID } from "./uuid.js";

const TIMEOUT = 20_000; // Milliseconds: longer than the server waits for a provider of messages.

// Problem is a request that ended badly: an answer of the server (RFC 9457), or none.
export class Problem extends Error {
  constructor({ slug, reached, retryAfter = 0, scope = "", effort = "", attemptsLeft = null, verification = "", resendAfter = 0, requestId = "" }) {
    super(slug);
    this.slug = slug; // The end of the problem's type, or "network", or "timeout".
    this.reached = reached; // Whether the server may have acted.
    this.retryAfter = retryAfter; // Seconds; 0 when unknown.
    this.scope = scope;
    this.effort = effort; // That is needed: "hard" or "work".
    this.attemptsLeft = attemptsLeft;
    this.verification = verification; // That a code is good for, should the message arrive after all; "" if it will not.
    this.resendAfter = resendAfter; // Seconds, with a verification.
    this.requestId = requestId;
  }
}

const ASK_AGAIN = 25; // Times, a second apart: longer than it takes the server to give a request up.

// createVerification asks for a code to be sent. Answer and work are "" where the challenge asks for none. The request has a
// name, so that it can be made again when the answer was lost, and no second message leaves.
export async function createVerification({ challengeId, answer, work, phone, purpose }) {
  const body = { challenge_id: challengeId, phone, purpose, ...(answer && { answer }), ...(work && { work }) };
  const headers = { "Idempotency-Key": generateUUID() };
  let lost = 0;
  for (let asked = 1; ; asked++) {
    try {
      return await request("/v1/verifications", body, headers);
    } catch (problem) {
      lost += problem.slug === "network" ? 1 : 0;
      const again = problem.slug === "network" ? lost === 1 : problem.slug === "in-progress";
      if (!again || asked === ASK_AGAIN) {
        throw problem;
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

// checkVerification gives the code back and returns the approval with its proof.
export function checkVerification(id, code) {
  return request(`/v1/verifications/${encodeURIComponent(id)}/check`, { code });
}

// fetchSpeech returns a challenge spoken, as a blob. Each time is another rendering, of which there are few.
export async function fetchSpeech(challengeId, lang) {
  const response = await send(`/v1/challenges/${encodeURIComponent(challengeId)}/audio?lang=${lang}`, { cache: "no-store" });
  if (!response.ok) {
    throw await problemOf(response);
  }
  try {
    return await response.blob();
  } catch {
    throw new Problem({ slug: "network", reached: true });
  }
}

// fetchCandidates returns the characters that an answer is picked from.
export async function fetchCandidates(challengeId) {
  return (await get(`/v1/challenges/${encodeURIComponent(challengeId)}/candidates`)).candidates ?? [];
}

// fetchTask returns the work that goes with a challenge.
export function fetchTask(challengeId) {
  return get(`/v1/challenges/${encodeURIComponent(challengeId)}/work`);
}

// createTask replaces a challenge by one that is work alone, and returns the work.
export function createTask(challengeId) {
  return request(`/v1/challenges/${encodeURIComponent(challengeId)}/work`, {});
}

// explainPicture asks a picture's address why there was no picture. It returns the tutorial's errno, "" for an answer
// that is a picture after all.
export async function explainPicture(url) {
  const response = await send(url, { cache: "no-store" });
  if (response.ok && response.headers.get("Content-Type")?.startsWith("image/")) {
    return "";
  }
  const { errno } = await readObject(response);
  return String(errno ?? response.status);
}

async function get(path) {
  const response = await send(path, { cache: "no-store" });
  if (response.ok) {
    return readObject(response);
  }
  throw await problemOf(response);
}

async function request(path, body, headers = {}) {
  const response = await send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (response.ok) {
    return readObject(response);
  }
  throw await problemOf(response);
}

async function problemOf(response) {
  const answer = await readObject(response);
  return new Problem({
    slug: String(answer.type ?? "").split(":").pop() || slugOf(response.status),
    reached: true,
    retryAfter: Number(answer.retry_after ?? response.headers.get("Retry-After")) || 0,
    scope: answer.scope,
    effort: answer.effort,
    attemptsLeft: answer.attempts_left,
    verification: answer.verification,
    resendAfter: answer.resend_after,
    requestId: answer.request_id,
  });
}

async function send(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    const slug = error.name === "TimeoutError" ? "timeout" : "network";
    throw new Problem({ slug, reached: slug === "timeout" });
  }
}

// readObject reads a JSON body. Something else, such as a proxy's error page, counts as an empty object.
async function readObject(response) {
  try {
    return Object(await response.json());
  } catch {
    return {};
  }
}

// slugOf names the problem of an answer that does not name it.
function slugOf(status) {
  switch (status) {
    case 429:
      return "rate-limited";
    case 503:
      return "store-unavailable";
    default:
      return "internal";
  }
}
