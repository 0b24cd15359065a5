// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom action code
// DO NOT REMOVE OR MODIFY THE CODE ABOVE!

import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_functions/cloud_functions.dart';
import 'package:flutter/foundation.dart' show kIsWeb;
import 'package:flutter_stripe/flutter_stripe.dart'
    show FailureCode, SetupPaymentSheetParameters, Stripe, StripeException;

/// Door B: hold the price of a chat on the person's card, or the next minutes
/// of a chat that runs. The answer is one of the values in the kit's README;
/// nothing is ever thrown.
///
/// The same [sessionId] again goes on with the same payment, also after the
/// app was killed: a person can't pay twice for one chat. [amount] is the price
/// that the page shows, in the smallest unit of its currency; 0 if it shows
/// none (the sheet shows it in any case). [urlScheme] is the app's own.
Future<String> buyChatTicket(
  String sessionId,
  String consultantId,
  int amount,
  String merchantName,
  String urlScheme,
) async {
  if (kIsWeb) return 'unsupported';
  final before = _turn;
  if (before != null && !before.isLost) return 'busy';
  before?.replaced.complete(_Sheet.replaced);
  final turn = _turn = _Turn();
  try {
    return await _buy(
        turn, sessionId, consultantId, amount, merchantName, urlScheme);
  } on FirebaseFunctionsException catch (error) {
    return _resultOf(error);
  } catch (_) {
    return 'unreachable';
  } finally {
    if (identical(_turn, turn)) _turn = null;
  }
}

/// One payment at a time: a second tap must not open a second sheet. But the
/// sheet covers the page. If somebody can tap while it is shown, the system has
/// closed it without a word, and the tap shows it again.
class _Turn {
  final replaced = Completer<_Sheet>();
  bool isLost = false;
}

_Turn? _turn;

const _region = 'asia-northeast1';

// For the request, and for the whole call: before the SDK sends and counts, it
// may wait for its tokens.
const _longestCall = Duration(seconds: 30);
const _longestRead = Duration(seconds: 10);
const _longestSheet = Duration(minutes: 15);
const _longestWebhook = Duration(seconds: 20);
const _sheetOpens = Duration(seconds: 5);
const _sheetCloses = Duration(seconds: 3);

enum _Sheet { done, canceled, declined, open, unclear, replaced }

/// What the sheet's own answers mean if Stripe knows of no authorization. The
/// plugin answers `canceled` for payments too that the bank has authorized.
const _meanings = {
  _Sheet.canceled: 'canceled',
  _Sheet.open: 'pending',
  _Sheet.unclear: 'failed',
};

Future<String> _buy(_Turn turn, String sessionId, String consultantId,
    int amount, String merchantName, String urlScheme) async {
  final hold = await _hold(sessionId, consultantId, amount);
  final session =
      FirebaseFirestore.instance.collection('sessions').doc(sessionId);
  final before = await _read(session);
  if (hold['status'] != 'created') return _heldIn(before);

  final held = Completer<String>();
  final watch = session.snapshots().listen((snapshot) {
    final result = _heldBy(hold, before, snapshot.data());
    if (result != null && !held.isCompleted) held.complete(result);
  }, onError: (_) {});
  try {
    final sheet = await Future.any([
      _present(turn, hold, merchantName, urlScheme),
      turn.replaced.future,
      // If the sheet's own answer is lost, the session tells.
      held.future.then((_) => Future.delayed(_sheetCloses, () => _Sheet.done)),
    ]);
    if (sheet == _Sheet.replaced) return 'busy';
    if (held.isCompleted) return await held.future;
    if (sheet == _Sheet.declined) return 'declined';
    final otherwise = _meanings[sheet];
    if (otherwise != null) return await _look(sessionId, otherwise);
    return await held.future.timeout(_longestWebhook,
        onTimeout: () => _look(sessionId, 'pending'));
  } finally {
    await watch.cancel();
  }
}

/// Ask the server for the hold: a new one, or the one under way as Stripe has
/// it now.
Future<Map<String, dynamic>> _hold(
    String sessionId, String? consultantId, int amount) async {
  final createPaymentIntent = FirebaseFunctions.instanceFor(region: _region)
      .httpsCallable('createPaymentIntent',
          options: HttpsCallableOptions(timeout: _longestCall));
  final answer = await createPaymentIntent.call({
    'sessionId': sessionId,
    if (consultantId != null) 'consultantId': consultantId,
    if (amount != 0) 'amount': amount,
  }).timeout(_longestCall);
  return Map<String, dynamic>.from(answer.data as Map);
}

Future<Map<String, dynamic>> _read(
    DocumentReference<Map<String, dynamic>> session) async {
  final snapshot = await session
      .get(const GetOptions(source: Source.server))
      .timeout(_longestRead);
  return snapshot.data() ?? {};
}

Future<_Sheet> _present(_Turn turn, Map<String, dynamic> hold,
    String merchantName, String urlScheme) async {
  try {
    await _prepare(hold, merchantName, urlScheme).timeout(_longestCall);
    return await _show(turn);
  } on StripeException catch (error) {
    if (error.error.code == FailureCode.Canceled) return _Sheet.canceled;
    final isDecline = error.error.declineCode != null;
    return isDecline ? _Sheet.declined : _Sheet.unclear;
  } catch (_) {
    return _Sheet.unclear;
  }
}

Future<_Sheet> _show(_Turn turn) async {
  final opens = Timer(_sheetOpens, () => turn.isLost = true);
  try {
    return await Stripe.instance
        .presentPaymentSheet()
        .then((_) => _Sheet.done)
        .timeout(_longestSheet, onTimeout: () => _Sheet.open);
  } finally {
    opens.cancel();
    turn.isLost = false;
  }
}

Future<void> _prepare(
    Map<String, dynamic> hold, String merchantName, String urlScheme) async {
  Stripe.publishableKey = hold['publishableKey'] as String;
  Stripe.urlScheme = urlScheme;
  await Stripe.instance.applySettings();
  await Stripe.instance.initPaymentSheet(
    paymentSheetParameters: SetupPaymentSheetParameters(
      paymentIntentClientSecret: hold['clientSecret'] as String,
      merchantDisplayName: merchantName,
      returnURL: '$urlScheme://stripe-redirect',
    ),
  );
}

/// What the session says of the hold, or null while it has not heard of the
/// authorization.
String? _heldBy(Map<String, dynamic> hold, Map<String, dynamic> before,
    Map<String, dynamic>? now) {
  if (now == null) return null;
  if (now['intentId'] == hold['paymentIntentId']) {
    final isHeld = now['status'] == 'ready' || now['status'] == 'active';
    return isHeld ? _heldIn(now) : null;
  }
  final extension = now['next'] as Map<String, dynamic>?;
  final isMoved = now['status'] == 'active' &&
      extension?['intentId'] == hold['paymentIntentId'] &&
      now['expiresAt'] != before['expiresAt'];
  return isMoved ? 'extended' : null;
}

String _heldIn(Map<String, dynamic> session) =>
    session['status'] == 'active' ? 'extended' : 'ready';

/// No word of the authorization: the server asks Stripe, and settles what it
/// hears. [otherwise] is what it means if Stripe knows of none either.
Future<String> _look(String sessionId, String otherwise) async {
  try {
    final hold = await _hold(sessionId, null, 0);
    if (hold['status'] == 'created') return otherwise;
    return _heldIn(await _read(
        FirebaseFirestore.instance.collection('sessions').doc(sessionId)));
  } on FirebaseFunctionsException catch (error) {
    return _heldSays(error) ?? 'pending';
  } catch (_) {
    return 'pending';
  }
}

/// The server's stable code, or that it could not be asked.
String _resultOf(FirebaseFunctionsException error) {
  final details = error.details;
  final code = details is Map ? details['code'] : null;
  return _heldSays(error) ?? (code is String ? code : 'unreachable');
}

/// Two refusals say that the payment has been made; null for any other.
String? _heldSays(FirebaseFunctionsException error) {
  final details = error.details;
  if (details is! Map) return null;
  final code = details['code'];
  final isReady =
      code == 'session_in_progress' && details['sessionStatus'] == 'ready';
  if (isReady) return 'ready';
  return code == 'already_extended' ? 'extended' : null;
}
