// What the kit uses of flutter_stripe, with the plugin's own signatures.

import 'sheet.dart' as sheet;

enum FailureCode { Failed, Canceled, Timeout, Unknown }

class LocalizedErrorMessage {
  const LocalizedErrorMessage({
    required this.code,
    this.localizedMessage,
    this.message,
    this.stripeErrorCode,
    this.declineCode,
    this.type,
  });

  final FailureCode code;
  final String? localizedMessage;
  final String? message;
  final String? stripeErrorCode;
  final String? declineCode;
  final String? type;
}

class StripeException implements Exception {
  const StripeException({required this.error});

  final LocalizedErrorMessage error;
}

class PaymentSheetPaymentOption {}

class SetupPaymentSheetParameters {
  const SetupPaymentSheetParameters({
    this.paymentIntentClientSecret,
    this.merchantDisplayName,
    this.returnURL,
  });

  final String? paymentIntentClientSecret;
  final String? merchantDisplayName;
  final String? returnURL;
}

class Stripe {
  Stripe._();

  static final instance = Stripe._();
  static String publishableKey = '';
  static String? urlScheme;

  SetupPaymentSheetParameters? _parameters;

  Future<void> applySettings() async {}

  Future<PaymentSheetPaymentOption?> initPaymentSheet({
    required SetupPaymentSheetParameters paymentSheetParameters,
  }) async {
    await sheet.setUp();
    _parameters = paymentSheetParameters;
    return null;
  }

  Future<PaymentSheetPaymentOption?> presentPaymentSheet(
      {Object? options}) async {
    sheet.shown.add(_parameters?.paymentIntentClientSecret);
    await sheet.sheet();
    return null;
  }
}
