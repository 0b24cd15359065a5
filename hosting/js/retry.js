// Where "try again" leads: an address of the shop's own app, set in /shop.json and never taken from the page's address.

import { fetchJson } from "./fetching.js";

const PATIENCE = 10_000;

// An app's own scheme is welcome; these would run or show something inside the page.
const FORBIDDEN = ["javascript:", "data:", "blob:", "vbscript:", "file:", "about:", "view-source:"];

/** The address with both ids filled in; null where none is set, or the file is not there or doesn't come. */
export async function retryAddress(sellerId, orderId) {
  try {
    const { body } = await fetchJson("/shop.json", PATIENCE);
    return filledIn(body.retryUrl, { sellerId, orderId });
  } catch {
    return null;
  }
}

function filledIn(template, ids) {
  if (typeof template !== "string" || template === "") return null;
  const filled = template.replace(/\{(sellerId|orderId)\}/g, (_, name) => encodeURIComponent(ids[name]));
  const address = new URL(filled, location.origin);
  return FORBIDDEN.includes(address.protocol) ? null : address.href;
}
