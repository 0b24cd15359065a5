// Everything the pages say, in the two languages they speak.

export const JA = {
  confirming: {
    label: "決済ステータス: 確認中",
    title: "決済確認中…",
    lead: "このままお待ちください。通常は数秒で終わります。",
  },
  paid: {
    label: "決済ステータス: 完了",
    title: "決済完了",
    lead: "お支払いありがとうございました。この画面は閉じてかまいません。",
  },
  checking: { title: "ご注文を確認しています…" },
  unpaid: {
    label: "決済未完了",
    title: "決済は完了していません",
    lead: "お支払いが終わっていないため、ご注文はまだ確定していません。",
    note: "コンビニ払いなど、あとで支払う方法を選んだ場合は、入金が確認されしだい、ご注文が確定します。もう一度試す必要はありません。",
    button: "もう一度試す",
  },
  failed: {
    label: "決済未完了",
    title: "決済は完了していません",
    lead: "お支払いを完了できませんでした。ほかのカードやお支払い方法もお試しいただけます。",
    button: "もう一度試す",
  },
  unknown: {
    title: "ご注文が見つかりません",
    lead: "アプリに戻って、ご注文の履歴をご確認ください。",
  },
  malformed: {
    title: "ページを表示できません",
    lead: "リンクが途中で切れているようです。アプリに戻って、もう一度開いてください。",
  },
  unreachable: {
    title: "決済の状態を確認できません",
    lead: "通信の状態を確認して、もう一度お試しください。",
    note: "お支払いがすでに済んでいることもあります。確認できるまで、もう一度支払う必要はありません。",
    button: "もう一度確認する",
  },
  stillConfirming: "もう少しお待ちください。決済会社からの連絡を待っています。",
  askingStripe: "決済会社に直接確認しています。",
  progress: "確認の進み具合",
  amount: "お支払い金額",
  order: "注文番号",
  seeResult: "決済の結果を見る",
  toShop: "アプリに戻る",
  busy: "確認しています…",
  offline: "通信できませんでした。接続を確認して、もう一度お試しください。",
  backToApp: "アプリに戻って、ご注文からもう一度お支払いください。",
};

export const EN = {
  confirming: {
    label: "Payment status: confirming",
    title: "Confirming your payment…",
    lead: "Please stay on this page. It usually takes a few seconds.",
  },
  paid: {
    label: "Payment status: complete",
    title: "Payment complete",
    lead: "Thank you for your payment. You can close this page.",
  },
  checking: { title: "Checking your order…" },
  unpaid: {
    label: "Payment not completed",
    title: "Your payment has not been completed",
    lead: "Your order is not confirmed yet, because it has not been paid.",
    note: "If you chose to pay later, at a convenience store for example, your order is confirmed as soon as the money arrives. There is no need to try again.",
    button: "Try again",
  },
  failed: {
    label: "Payment not completed",
    title: "Your payment has not been completed",
    lead: "The payment could not be completed. You can also use another card or another way to pay.",
    button: "Try again",
  },
  unknown: {
    title: "We can’t find this order",
    lead: "Please go back to the app and look at your orders there.",
  },
  malformed: {
    title: "This page can’t be shown",
    lead: "The link seems to be incomplete. Please go back to the app and open it again.",
  },
  unreachable: {
    title: "We can’t check your payment",
    lead: "Please check your connection and try again.",
    note: "You may have paid already. There is no need to pay again until this has been checked.",
    button: "Check again",
  },
  stillConfirming: "Just a moment more: we are waiting to hear from the payment company.",
  askingStripe: "We are asking the payment company directly.",
  progress: "Progress of the check",
  amount: "Amount paid",
  order: "Order number",
  seeResult: "See the result",
  toShop: "Back to the app",
  busy: "Checking…",
  offline: "There is no connection. Please check it and try again.",
  backToApp: "Please go back to the app and pay from your order.",
};

/** The first of the reader's languages that the pages speak; Japanese where they speak none of them. */
export function languageOf(wanted) {
  const spoken = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return spoken.find((tag) => tag === "ja" || tag === "en") ?? "ja";
}

export const language = languageOf(navigator.languages ?? [navigator.language]);

export const words = language === "en" ? EN : JA;
