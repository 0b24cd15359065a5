// Asking this site for JSON.

/** Milliseconds that an answer is waited for, where nothing else is said. */
export const PATIENCE = 10_000;

/** `{response, body}`. Gives up after `patience` milliseconds: no page waits for an answer that never comes. */
export async function fetchJson(address, patience = PATIENCE) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patience);
  try {
    const response = await fetch(address, { cache: "no-store", credentials: "omit", signal: limit.signal });
    return { response, body: await response.json() };
  } finally {
    clearTimeout(timer);
  }
}
