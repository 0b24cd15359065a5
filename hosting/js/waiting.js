// Waiting, and coming back.

/** Resolves after so many milliseconds, or at once when the page is seen again or the connection is back. */
export function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    const seen = () => document.visibilityState === "visible" && done();
    document.addEventListener("visibilitychange", seen);
    addEventListener("online", done);
    function done() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("online", done);
      resolve();
    }
  });
}

/** Calls `restored` when the browser puts the page back as it was left, `looked` when it is seen again or online again. */
export function onReturn({ restored, looked }) {
  addEventListener("pageshow", (event) => event.persisted && restored());
  addEventListener("online", looked);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && looked());
}

// A try on this order has been through the payment page, so that going back leads to a page that is done.
const mark = (order) => `waited:${order}`;

export function rememberWait(order) {
  try {
    sessionStorage.setItem(mark(order), "1");
  } catch {
    // Storage is switched off in this browser: the page then only knows less about where "back" leads.
  }
}

export function hasWaited(order) {
  try {
    return sessionStorage.getItem(mark(order)) !== null;
  } catch {
    return false;
  }
}
