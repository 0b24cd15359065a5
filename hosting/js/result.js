// Asks whether an order is paid, and reads the answer.

import { isId } from "./address.js";
import { fetchJson } from "./fetching.js";

/**
 * Asks once. `state` is one of
 *   paid, failed, pending: what is known of the order, with `amount`, `currency` and `sellerId`;
 *   unknown: there is no such order;
 *   malformed: the functions don't take this id;
 *   silent: no answer in time, or none that means anything (busy, broken): ask again later;
 *   offline: the request didn't reach anybody.
 * With `confirm` the functions ask Stripe itself.
 */
export async function ask(orderId, { confirm = false, patience } = {}) {
  const query = new URLSearchParams(confirm ? { orderId, confirm: "1" } : { orderId });
  try {
    const { response, body } = await fetchJson(`/api/checkout/result?${query}`, patience);
    return read(response, body);
  } catch ({ name }) {
    return { state: name === "AbortError" || name === "SyntaxError" ? "silent" : "offline" };
  }
}

function read(response, body) {
  if (response.ok && typeof body?.isPaid === "boolean") {
    return { ...known(body), state: body.isPaid ? "paid" : body.status === "failed" ? "failed" : "pending" };
  }
  const code = body?.error?.code;
  if (response.status === 404 && code === "order_not_found") return { state: "unknown" };
  if (response.status === 400 && code === "invalid_argument") return { state: "malformed" };
  return { state: "silent" };
}

const known = ({ amount, currency, sellerId }) => ({ amount, currency, sellerId: isId(sellerId) ? sellerId : null });
