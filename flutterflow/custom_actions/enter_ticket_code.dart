// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom action code
// DO NOT REMOVE OR MODIFY THE CODE ABOVE!

import 'package:cloud_functions/cloud_functions.dart';

/// Door A: open a chat with a ticket's code. Write it as it was typed: case,
/// full-width characters, spaces and hyphens are the server's work.
///
/// The same [sessionId] again after a lost answer does not spend a second use.
Future<String> enterTicketCode(
  String code,
  String sessionId,
  String consultantId,
) async {
  try {
    final redeemTicket = FirebaseFunctions.instanceFor(region: _region)
        .httpsCallable('redeemTicket',
            options: HttpsCallableOptions(timeout: _longestCall));
    await redeemTicket.call({
      'code': code,
      'sessionId': sessionId,
      'consultantId': consultantId,
    }).timeout(_longestCall);
    return 'ready';
  } on FirebaseFunctionsException catch (error) {
    return _resultOf(error);
  } catch (_) {
    return 'unreachable';
  }
}

const _region = 'asia-northeast1';

// For the request, and for the whole call: before the SDK sends and counts, it
// may wait for its tokens.
const _longestCall = Duration(seconds: 30);

/// The server's stable code, or that it could not be asked.
String _resultOf(FirebaseFunctionsException error) {
  final details = error.details;
  final code = details is Map ? details['code'] : null;
  return code is String ? code : 'unreachable';
}
