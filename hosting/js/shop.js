// Addresses of the shop's own app, set in /shop.json and never taken from the page's address.

import { fetchJson } from "./fetching.js";

// An app's own scheme is welcome; these would run or show something inside the page.
const FORBIDDEN = ["javascript:", "data:", "blob:", "vbscript:", "file:", "about:", "view-source:"];

/**
 * The address of that name, with both ids filled in: `retryUrl`, where an order is tried again, or `returnUrl`, where
 * one goes on that is paid. Null where none is set, or the file is not there or doesn't come.
 */
export async function shopAddress(name, ids) {
  try {
    const { body } = await fetchJson("/shop.json");
    return filledIn(body[name], ids);
  } catch {
    return null;
  }
}

function filledIn(template, ids) {
  if (typeof template !== "string" || template === "") return null;
  const filled = template.replace(/\{(sellerId|orderId)\}/g, (_, name) => encodeURIComponent(ids[name] ?? ""));
  const address = new URL(filled, location.origin);
  return FORBIDDEN.includes(address.protocol) ? null : address.href;
}
