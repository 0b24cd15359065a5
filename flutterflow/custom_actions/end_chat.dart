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

/// End the chat; the hold it ran on is captured. The answer tells where the
/// payment stands; the chat has ended in each of those cases.
Future<String> endChat(String sessionId) async {
  try {
    final endSession = FirebaseFunctions.instanceFor(region: _region)
        .httpsCallable('endSession',
            options: HttpsCallableOptions(timeout: _longestCall));
    final answer = await endSession
        .call({'sessionId': sessionId}).timeout(_longestCall);
    final ended = Map<String, dynamic>.from(answer.data as Map);
    return _paymentOf(ended);
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

String _paymentOf(Map<String, dynamic> ended) {
  if (ended['payment'] == 'captured') return 'captured';
  if (ended['payment'] == 'canceled') return 'released';
  if (ended['payment'] == 'none') return 'ended';
  return 'capturing';
}

/// The server's stable code, or that it could not be asked.
String _resultOf(FirebaseFunctionsException error) {
  final details = error.details;
  final code = details is Map ? details['code'] : null;
  return code is String ? code : 'unreachable';
}
