import 'package:flutter_stripe/flutter_stripe.dart';
import 'package:flutter_stripe/sheet.dart';

import 'emulators.dart';

/// The card that the person has in hand.
String _card = '4242424242424242';

String takeCard(String number) => _card = number;

/// Type the card into the PaymentSheet: the Stripe emulator's customer API
/// stands in for it. A declined card closes the sheet.
Future<void> payWithCard() async {
  final reply = await send('POST', '${stack['stripe']}/_emulator/pay',
      {'client_secret': shown.last, 'card': _card});
  final error = reply.body['error'];
  if (error == null) return;
  throw StripeException(
    error: LocalizedErrorMessage(
      code: FailureCode.Failed,
      message: error['message'] as String?,
      declineCode: error['decline_code'] as String?,
    ),
  );
}
