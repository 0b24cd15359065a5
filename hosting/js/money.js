// Amounts as people write them. Stripe counts in the smallest unit, and has its own list of what that is
// (https://docs.stripe.com/currencies): the browser's list differs, for example for HUF, ISK and UGX.

const NO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" ");
const THREE_DECIMALS = "BHD JOD KWD OMR TND".split(" ");

/** The amount in that language, as in "¥5,000"; null where it is no amount in any currency. */
export function money(amount, currency, language) {
  if (!Number.isSafeInteger(amount) || amount < 0 || !/^[a-z]{3}$/i.test(currency)) return null;
  const digits = digitsOf(currency.toUpperCase());
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

function digitsOf(currency) {
  if (NO_DECIMALS.includes(currency)) return 0;
  return THREE_DECIMALS.includes(currency) ? 3 : 2;
}
