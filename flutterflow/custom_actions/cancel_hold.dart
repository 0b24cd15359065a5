// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom action code
// DO NOT REMOVE OR MODIFY THE CODE ABOVE!

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_functions/cloud_functions.dart';

/// Let the hold of a chat go before the chat has started. Where a running chat
/// has been extended, it is the extension's hold that goes.
///
/// The consultant may call it too, to let the person go free, until the hold is
/// captured.
Future<String> cancelHold(String sessionId) async {
  try {
    final session = await FirebaseFirestore.instance
        .collection('sessions')
        .doc(sessionId)
        .get(const GetOptions(source: Source.server))
        .timeout(_longestRead);
    final chat = session.data() ?? {};
    final extension = chat['next'] as Map<String, dynamic>?;
    final intentId = extension?['intentId'] ?? chat['intentId'];
    if (intentId == null) return _withoutHold(chat);
    return await _cancel(intentId as String);
  } on FirebaseFunctionsException catch (error) {
    return _resultOf(error);
  } on FirebaseException catch (error) {
    final isHidden = error.code == 'permission-denied';
    return isHidden ? 'session_not_found' : 'unreachable';
  } catch (_) {
    return 'unreachable';
  }
}

const _region = 'asia-northeast1';

// For the request, and for the whole call: before the SDK sends and counts, it
// may wait for its tokens.
const _longestCall = Duration(seconds: 30);
const _longestRead = Duration(seconds: 10);

/// No hold is on record: there is none (a ticket's chat), or Stripe's answer is
/// still awaited.
String _withoutHold(Map<String, dynamic> chat) =>
    chat['status'] == 'awaiting_payment' ? 'busy' : 'nothing_to_cancel';

Future<String> _cancel(String intentId) async {
  final cancelPaymentIntent = FirebaseFunctions.instanceFor(region: _region)
      .httpsCallable('cancelPaymentIntent',
          options: HttpsCallableOptions(timeout: _longestCall));
  await cancelPaymentIntent
      .call({'paymentIntentId': intentId}).timeout(_longestCall);
  return 'canceled';
}

/// The server's stable code, or that it could not be asked.
String _resultOf(FirebaseFunctionsException error) {
  final details = error.details;
  final code = details is Map ? details['code'] : null;
  return code is String ? code : 'unreachable';
}
