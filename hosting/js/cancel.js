// /cancel?s={sellerId}&order={orderId}: the payment was left, or came to nothing. Says what is known, and leads to a new try.

import { idFrom, successOf } from "./address.js";
import { ask } from "./result.js";
import { shopAddress } from "./shop.js";
import { busy, hint, onPress, show, viewNow } from "./view.js";
import { hasWaited, onReturn, pause } from "./waiting.js";
import { words } from "./words.js";

const TRIES = 3;
const BETWEEN_TRIES = 3_000;
const LEAVING = 2_000;
const VIEW_OF = { pending: "unpaid", failed: "failed", silent: "unreachable", offline: "unreachable" };

const order = idFrom(location.search, "order");
const seller = idFrom(location.search, "s");
let runs = 0;
let isAtWork = false;

/** Asks from the start. Whatever was under way before changes nothing any more. */
async function start() {
  const isOvertaken = begin();
  isAtWork = false;
  show("checking");
  const answer = await known();
  if (!isOvertaken()) tell(answer);
}

function begin() {
  runs += 1;
  const run = runs;
  return () => run !== runs;
}

async function known() {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(order);
    if (tries === TRIES || !["silent", "offline"].includes(answer.state)) return answer;
    await pause(BETWEEN_TRIES);
  }
}

function tell({ state, amount, currency }) {
  if (state === "paid") show("paid", { order, amount, currency, to: successOf(order) });
  else if (state === "unknown" || state === "malformed") show(state);
  else show(VIEW_OF[state], { order });
}

/** Something may have changed while nobody looked: says so only if it has. */
async function look() {
  if (isAtWork || !["unpaid", "failed", "unreachable"].includes(viewNow())) return;
  const isOvertaken = begin();
  const answer = await ask(order);
  const isKnown = !["silent", "offline"].includes(answer.state);
  const isNews = (VIEW_OF[answer.state] ?? answer.state) !== viewNow();
  if (!isOvertaken() && isKnown && isNews) tell(answer);
}

const press = () => (viewNow() === "unreachable" ? start() : tryAgain());

/** Leads to a new try, unless the order has been paid meanwhile. */
async function tryAgain() {
  const isOvertaken = begin();
  isAtWork = true;
  busy(true);
  const [answer, address] = await Promise.all([
    ask(order),
    shopAddress("retryUrl", { sellerId: seller, orderId: order }),
  ]);
  const isSettled = ["paid", "unknown", "malformed"].includes(answer.state);
  const isLeaving = !isOvertaken() && !isSettled && answer.state !== "offline" && goTo(address, answer.state);
  if (isLeaving) await pause(LEAVING);
  if (isOvertaken()) return;
  isAtWork = false;
  busy(false);
  if (isSettled) tell(answer);
  else hint(answer.state === "offline" ? words.offline : words.backToApp);
}

/** Leaves for the shop's own address or, where none is set, back to the payment page while that is still open. */
function goTo(address, state) {
  const isPageOpen = state === "pending" && !hasWaited(order) && history.length > 1;
  if (address) location.assign(address);
  else if (isPageOpen) history.back();
  return Boolean(address) || isPageOpen;
}

if (order === null || seller === null) {
  show("malformed");
} else {
  onPress(press);
  onReturn({ restored: start, looked: look });
  start();
}
