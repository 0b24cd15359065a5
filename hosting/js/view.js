// Puts a view into the page. Whatever comes from outside goes in as text, never as HTML.

import { money } from "./money.js";
import { language, words } from "./words.js";

const page = document.querySelector("main");
const button = page.querySelector("button");
const link = page.querySelector("a.button");
const facts = page.querySelector("dl");
const progress = page.querySelector("progress");
const hintLine = page.querySelector(".hint");

/** The name of the view that is shown; a key of `words`. */
export const viewNow = () => page.dataset.view;

/** Shows the view of that name. `order`, `amount` and `currency` are listed where given, `to` is where its link leads. */
export function show(name, { order, amount, currency, to } = {}) {
  const focused = document.activeElement;
  document.documentElement.lang = language;
  document.title = words[name].title;
  page.dataset.view = name;
  for (const line of page.querySelectorAll("[data-text]")) put(line, words[name][line.dataset.text] ?? "");
  list([
    [words.amount, money(amount, currency, language), "amount"],
    [words.order, order, "number"],
  ]);
  offer(words[name].button, to);
  hint("");
  progressTo(null);
  page.hidden = false;
  // Who has just pressed a button that is gone goes on reading at the heading.
  if (page.contains(focused) && focused.closest("[hidden]")) page.querySelector("h1").focus();
}

/** What is said under the heading, where it changes while the view stays. */
export const lead = (text) => put(page.querySelector(".lead"), text);

/** A line under the button, read out by screen readers. */
export const hint = (text) => put(hintLine, text);

/** Where the page's link leads. Without an address there is none. */
export function linkTo(address, text) {
  link.hidden = !address;
  if (address) link.href = address;
  put(link, address ? text : "");
}

/** How far the wait has come, in seconds; null takes the bar away. */
export function progressTo(seconds) {
  if (!progress) return;
  progress.hidden = seconds === null;
  progress.value = seconds ?? 0;
  progress.setAttribute("aria-label", words.progress);
}

/** Marks the button as at work. It keeps the focus, and does nothing meanwhile. */
export function busy(isBusy) {
  button.setAttribute("aria-disabled", String(isBusy));
  put(button, isBusy ? words.busy : words[viewNow()].button);
}

/** Calls `work` when the button is pressed and not at work. */
export function onPress(work) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") work();
  });
}

// A live region reads out what is written into it, even when it is the same again.
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function list(entries) {
  const rows = entries.filter(([, value]) => value).map(([name, value, kind]) => {
    const row = document.createElement("div");
    row.append(
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: value, className: kind }),
    );
    return row;
  });
  facts.replaceChildren(...rows);
  facts.hidden = rows.length === 0;
}

function offer(label, to) {
  button.hidden = !label;
  button.setAttribute("aria-disabled", "false");
  put(button, label ?? "");
  linkTo(to, words.seeResult);
}
