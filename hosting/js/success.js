// /success?order={orderId}: Stripe's payment page has sent the customer here. Waits until the payment is known.

import { cancelOf, idFrom } from "./address.js";
import { PATIENCE } from "./fetching.js";
import { ask } from "./result.js";
import { shopAddress } from "./shop.js";
import { lead, linkTo, onPress, progressTo, show, viewNow } from "./view.js";
import { onReturn, pause, rememberWait } from "./waiting.js";
import { words } from "./words.js";

const EVERY = 3_000;
const AT_MOST = 30_000;
const STILL = 12_000;
const CONFIRM_PATIENCE = 20_000;
const FINAL = ["paid", "failed", "unknown", "malformed"];

const order = idFrom(location.search, "order");
let runs = 0;

/** Asks from the start. A run that a newer one has overtaken asks nothing and changes nothing any more. */
async function start() {
  runs += 1;
  const run = runs;
  const isOvertaken = () => run !== runs;
  show("confirming", { order });
  const answer = await polled(isOvertaken);
  if (isOvertaken()) return;
  const last = FINAL.includes(answer.state) ? answer : await confirmed(answer);
  if (!isOvertaken()) conclude(last);
}

/** Asks every 3 seconds, until the payment is known, for at most 30 seconds. Answers what is known then. */
async function polled(isOvertaken) {
  const began = performance.now();
  const passed = () => performance.now() - began;
  const showing = setInterval(() => !isOvertaken() && showWait(passed()), 1_000);
  let known = {};
  showWait(0);
  while (!FINAL.includes(known.state) && passed() < AT_MOST && !isOvertaken()) {
    known = { ...known, ...(await ask(order, { patience: Math.min(PATIENCE, AT_MOST - passed()) })) };
    if (!FINAL.includes(known.state) && passed() < AT_MOST) await pause(EVERY - (passed() % EVERY));
  }
  clearInterval(showing);
  return known;
}

function showWait(passed) {
  progressTo(Math.min(passed, AT_MOST) / 1_000);
  if (passed >= STILL && passed < AT_MOST) lead(words.stillConfirming);
}

/** The last resort: the functions ask Stripe itself. */
async function confirmed(known) {
  progressTo(AT_MOST / 1_000);
  lead(words.askingStripe);
  return { ...known, ...(await ask(order, { confirm: true, patience: CONFIRM_PATIENCE })) };
}

function conclude({ state, sellerId, amount, currency }) {
  if (state === "paid") thank(sellerId, { order, amount, currency });
  else if (state === "unknown" || state === "malformed") show(state);
  else if (state === "offline" || !sellerId) show("unreachable", { order });
  else leave(sellerId);
}

/** Shows what was paid at once, and the way back to the shop's app where there is one. */
async function thank(sellerId, paid) {
  show("paid", paid);
  const address = await shopAddress("returnUrl", { sellerId, orderId: order });
  if (viewNow() === "paid") linkTo(address, words.toShop);
}

function leave(sellerId) {
  rememberWait(order);
  location.replace(cancelOf(sellerId, order));
}

if (order === null) {
  show("malformed");
} else {
  onPress(start);
  onReturn({ restored: start, looked: () => viewNow() === "unreachable" && start() });
  start();
}
