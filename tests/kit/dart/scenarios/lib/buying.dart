import 'dart:async';

import 'package:cloud_firestore/fake_database.dart';
import 'package:flutter_stripe/sheet.dart' as stripe;
import 'package:flutter_stripe/flutter_stripe.dart' show FailureCode;

import 'scenario.dart';
import 'world.dart';

/// `createPaymentIntent` answers this first, and what [then] says afterwards.
Future<String> buying(
  Answer first, {
  Answer? then,
  Future<void> Function()? sheet,
}) {
  server({
    'createPaymentIntent': (nth) =>
        nth > 1 && then != null ? then(nth) : first(nth)
  });
  stripe.sheet = sheet ?? () async {};
  return buy();
}

Answer get _created => (_) => created();
Answer get _held => (_) => held();

Answer _refused(String code, [Map<String, Object?> more = const {}]) =>
    (_) => refuse(code, more);

final withTheSheet = [
  Scenario('paid, and the webhook comes a second later', 'ready', () {
    return buying(_created, sheet: () async {
      unawaited(seconds(1).then((_) => become('ready')));
    });
  }),
  Scenario('paid, and no webhook comes', 'pending', () => buying(_created)),
  Scenario('paid, no webhook comes, and Stripe knows', 'ready',
      () => buying(_created, then: _held)),
  Scenario('the sheet never answers, but the session tells', 'ready', () {
    return buying(_created, sheet: () async {
      become('ready');
      return never();
    });
  }),
  Scenario('the sheet never answers, and nothing is heard', 'pending',
      () => buying(_created, sheet: never)),
  Scenario('the sheet never answers, but Stripe knows', 'ready',
      () => buying(_created, then: _held, sheet: never)),
  Scenario('the sheet is closed', 'canceled', () {
    return buying(_created, sheet: () => sheetFails(FailureCode.Canceled));
  }),
  Scenario('the sheet is closed, but the bank had said yes', 'ready', () {
    return buying(_created,
        then: _held, sheet: () => sheetFails(FailureCode.Canceled));
  }),
  Scenario('the sheet is closed without a network', 'pending', () {
    return buying(_created,
        then: (_) => never(), sheet: () => sheetFails(FailureCode.Canceled));
  }),
  Scenario('the card is declined for good', 'declined', () {
    return buying(_created,
        sheet: () => sheetFails(FailureCode.Failed, declineCode: 'lost_card'));
  }),
  Scenario('the sheet can\'t be shown', 'failed', () {
    return buying(_created, sheet: () => throw StateError('no activity'));
  }),
  Scenario('the sheet can\'t be set up in half a minute', 'failed', () {
    stripe.setUp = never;
    return buying(_created);
  }),
  Scenario('the sheet breaks, but Stripe knows of the hold', 'ready', () {
    return buying(_created,
        then: _held, sheet: () => sheetFails(FailureCode.Failed));
  }),
  Scenario('the sheet breaks, and the server can\'t be asked', 'pending', () {
    return buying(_created,
        then: (_) => never(), sheet: () => sheetFails(FailureCode.Failed));
  }),
  Scenario('paid, no webhook comes, and the server is busy', 'pending',
      () => buying(_created, then: _refused('busy'))),
  Scenario('the session can\'t be followed', 'ready', () {
    fakeDatabase.failures[Access.listen] = StateError('no stream');
    return buying(_created, then: _held);
  }),
  Scenario('the running chat is extended', 'extended', () {
    become('extension_requested');
    return buying(_created, sheet: () async => become('extended'));
  }),
  Scenario('the extension begins before the sheet answers', 'extended', () {
    become('extension_requested');
    return buying(_created, sheet: () async => become('extension_begun'));
  }),
  Scenario('an extension is not heard of', 'pending', () {
    become('extension_requested');
    return buying(_created);
  }),
  Scenario('an extension is not heard of, but Stripe knows', 'extended', () {
    become('extension_requested');
    return buying(_created, then: (_) => held('extended'));
  }),
  Scenario('an extension is not heard of, and was paid', 'extended', () {
    become('extension_requested');
    return buying(_created, then: _refused('already_extended'));
  }),
];

/// A first tap whose sheet is never heard of, and a second one after a while.
Future<(String, String)> _tapTwice(Future<void> pause) async {
  final first = buying(_created, sheet: never);
  await pause;
  stripe.sheet = pay;
  final second = await buy();
  return (await first, second);
}

final lostSheet = [
  Scenario('the sheet is lost, and a later tap shows it again', 'ready',
      () async => (await _tapTwice(seconds(6))).$2),
  Scenario('the tap whose sheet was lost ends with the next one', 'busy',
      () async => (await _tapTwice(seconds(6))).$1),
  Scenario('the sheet is still opening at the second tap', 'busy',
      () async => (await _tapTwice(seconds(2))).$2),
  Scenario('a third tap while the sheet is shown again', 'busy', () async {
    final first = buying(_created, sheet: never);
    await seconds(6);
    final second = buy();
    final third = await buy();
    become('ready');
    await Future.wait([first, second]);
    return third;
  }),
  Scenario('a tap while the webhook is waited for', 'busy', () async {
    final first = buying(_created, sheet: () => seconds(10));
    await seconds(12);
    final second = await buy();
    await first;
    return second;
  }),
];

/// The fields that are sent for a page that shows this price.
Future<String> _sent(int amount) async {
  var sent = '';
  server({'createPaymentIntent': (_) => held()},
      onCall: (_, data) => sent = '$data');
  await buy(amount: amount);
  return sent;
}

final withoutTheSheet = [
  Scenario('the page shows a price',
      '{sessionId: s1, consultantId: c1, amount: 5000}', () => _sent(5000)),
  Scenario('the page shows no price', '{sessionId: s1, consultantId: c1}',
      () => _sent(0)),
  Scenario('the card holds the price already', 'ready', () => buying(_held)),
  Scenario('the price has changed', 'price_changed',
      () => buying(_refused('price_changed'))),
  Scenario('paid before', 'ready', () {
    return buying(_refused('session_in_progress', {'sessionStatus': 'ready'}));
  }),
  Scenario('a chat by ticket runs', 'session_in_progress', () {
    return buying(_refused('session_in_progress', {'sessionStatus': 'active'}));
  }),
  Scenario('extended before', 'extended',
      () => buying(_refused('already_extended'))),
  Scenario('the server never answers', 'unreachable',
      () => buying((_) => never())),
  Scenario('the platform refuses the payment', 'unreachable',
      () => buying((_) => refuseWithoutCode())),
  Scenario('Firestore never answers', 'unreachable', () {
    fakeDatabase.hanging.add(Access.read);
    return buying(_created);
  }),
  Scenario('something else is thrown', 'unreachable',
      () => buying((_) => throw StateError('no platform'))),
  Scenario('a second tap while the first is at work', 'busy', () async {
    final first = buying(_created, sheet: pay);
    final second = await buy();
    await first;
    return second;
  }),
  Scenario('the next tap after a payment', 'ready', () async {
    await buying(_created, sheet: pay);
    return buying(_held);
  }),
];
