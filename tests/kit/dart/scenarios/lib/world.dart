import 'dart:async';

import 'package:app/custom_code/actions/index.dart' as actions;
import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_firestore/fake_database.dart';
import 'package:cloud_functions/cloud_functions.dart';
import 'package:cloud_functions/server.dart' as functions;
import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter_stripe/sheet.dart' as stripe;
import 'package:flutter_stripe/flutter_stripe.dart';

/// What the server takes, answers and writes: Python makes it of the code.
late final Map<String, dynamic> contract;

/// What has been called or answered against the contract.
final breaches = <String>[];

/// The names of the callables that were called, in their order.
final calls = <String>[];

const chat = 'sessions/s1';

void begin() {
  fakeDatabase.clear();
  breaches.clear();
  calls.clear();
  stripe.shown.clear();
  stripe.sheet = () async {};
  stripe.setUp = () async {};
  FirebaseAuth.instance.currentUser = User('u1');
  server({});
}

Future<void> seconds(int count) => Future.delayed(Duration(seconds: count));

Future<T> never<T>() => Completer<T>().future;

/// The chat as the server stores it, by the name of what has become of it.
Map<String, dynamic> stored(String state) =>
    Map.of(contract['sessions'][state]).map(_decoded);

MapEntry<String, dynamic> _decoded(dynamic name, dynamic value) {
  if (value is! Map) return MapEntry(name, value);
  final at = value['time'];
  if (at is! String) return MapEntry(name, Map.of(value).map(_decoded));
  return MapEntry(name, Timestamp.fromDate(DateTime.parse(at)));
}

/// The chat becomes this, and whoever listens hears of it.
void become(String state) => fakeDatabase.put(chat, stored(state));

// --- the server

typedef Answer = FutureOr<Map<String, Object?>> Function(int nth);

/// What each callable answers when it is called for the n-th time. [onCall] is
/// told what was sent.
void server(
  Map<String, Answer> answers, {
  void Function(String name, Map<String, dynamic> data)? onCall,
}) {
  final counts = <String, int>{};
  functions.server = (region, name, data) async {
    calls.add(name);
    onCall?.call(name, data);
    if (!_isTaken(region, name, data)) refuse('invalid_argument');
    final nth = counts.update(name, (count) => count + 1, ifAbsent: () => 1);
    final answer = await answers[name]!(nth);
    return <Object?, Object?>{...answer};
  };
}

/// Whether the server has such a callable there, and takes what was sent.
bool _isTaken(String region, String name, Map<String, dynamic> data) {
  final callable = contract['callables'][name];
  final isThere = callable != null && contract['regions'].contains(region);
  final isRight = isThere &&
      data.keys.every(callable['fields'].contains) &&
      callable['required'].every(data.containsKey);
  if (!isRight) breaches.add('$name in $region does not take ${data.keys}');
  return isRight;
}

/// What a callable answers, with null in each field that is not told.
Map<String, Object?> answer(String name, Map<String, Object?> told) {
  final fields = contract['callables'][name]['answer'] as List;
  _compare(told, fields, 'the answer of $name');
  return {for (final field in fields) field as String: told[field]};
}

/// Note each field that is not there, and each value that it never has.
void _compare(Map<String, Object?> told, List<dynamic> fields, String where) {
  breaches.addAll([
    for (final MapEntry(key: field, :value) in told.entries)
      if (!fields.contains(field) ||
          !(contract['values'][field]?.contains(value) ?? true))
        'no $field $value in $where'
  ]);
}

/// The sheet is to be shown; the chat is on record.
Map<String, Object?> created() {
  fakeDatabase.documents[chat] ??= stored('awaiting_payment');
  return _hold('created');
}

/// Stripe knows that the card holds the price; the server has settled it.
Map<String, Object?> held([String state = 'ready']) {
  become(state);
  return _hold('requires_capture');
}

Map<String, Object?> _hold(String status) => answer('createPaymentIntent', {
      'status': status,
      'clientSecret': 'cs',
      'publishableKey': 'pk',
      'paymentIntentId': 'pi_1',
    });

Never refuse(String code, [Map<String, Object?> more = const {}]) {
  if (!contract['codes'].contains(code)) breaches.add('no code $code');
  _compare(more, contract['details'], 'the details of $code');
  throw FirebaseFunctionsException(
    message: '',
    code: 'failed-precondition',
    details: <Object?, Object?>{'code': code, ...more},
  );
}

/// What the platform answers in the server's place: no code, no details.
Never refuseWithoutCode() =>
    throw FirebaseFunctionsException(message: '', code: 'not-found');

// --- the sheet

Never sheetFails(FailureCode code, {String? declineCode}) =>
    throw StripeException(
        error: LocalizedErrorMessage(code: code, declineCode: declineCode));

/// The person pays, and the webhook is heard.
Future<void> pay() async => become('ready');

// --- the app

Future<String> buy({int amount = 0}) =>
    actions.buyChatTicket('s1', 'c1', amount, 'Shop', 'imecon');
