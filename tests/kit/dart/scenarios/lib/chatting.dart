import 'package:app/custom_code/actions/index.dart' as actions;
import 'package:app/flutter_flow/custom_functions.dart' as functions;
import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_firestore/fake_database.dart';
import 'package:firebase_auth/firebase_auth.dart';

import 'scenario.dart';
import 'world.dart';

typedef Act = Future<String> Function();

Future<String> _start() => actions.startChat('s1');
Future<String> _end() => actions.endChat('s1');
Future<String> _cancel() => actions.cancelHold('s1');
Future<String> _redeem() => actions.enterTicketCode('ＡＢＣ', 's1', 'c1');
Future<String> _send() => actions.sendChatMessage('s1', 'こんにちは');
Future<String> _read() => actions.readNotification('n1');

Act _answered(String name, Act act, [Map<String, Object?> told = const {}]) =>
    () {
      server({name: (_) => answer(name, told)});
      return act();
    };

Act _refused(String name, Act act, String code) => () {
      server({name: (_) => refuse(code)});
      return act();
    };

Act _unanswered(String name, Act act) => () {
      server({name: (_) => never()});
      return act();
    };

Act _broken(String name, Act act) => () {
      server({name: (_) => throw StateError('no platform')});
      return act();
    };

Act _withoutCode(String name, Act act) => () {
      server({name: (_) => refuseWithoutCode()});
      return act();
    };

Act _ended(String payment) =>
    _answered('endSession', _end, {'payment': payment});

final callables = [
  Scenario('started', 'active', _answered('startSession', _start)),
  Scenario('started too late', 'hold_expiring',
      _refused('startSession', _start, 'hold_expiring')),
  Scenario('starting is not answered', 'unreachable',
      _unanswered('startSession', _start)),
  Scenario('the platform refuses the start', 'unreachable',
      _withoutCode('startSession', _start)),
  Scenario('starting breaks', 'unreachable', _broken('startSession', _start)),
  Scenario('ended and captured', 'captured', _ended('captured')),
  Scenario('ended, the hold was let go', 'released', _ended('canceled')),
  Scenario('ended, a ticket\'s', 'ended', _ended('none')),
  Scenario('ended, Stripe is still asked', 'capturing', _ended('pending')),
  Scenario('ended too early', 'session_running',
      _refused('endSession', _end, 'session_running')),
  Scenario('ending is not answered', 'unreachable',
      _unanswered('endSession', _end)),
  Scenario('the platform refuses the end', 'unreachable',
      _withoutCode('endSession', _end)),
  Scenario('ending breaks', 'unreachable', _broken('endSession', _end)),
  Scenario('a ticket is taken', 'ready', _answered('redeemTicket', _redeem)),
  Scenario('a ticket is refused', 'ticket_invalid',
      _refused('redeemTicket', _redeem, 'ticket_invalid')),
  Scenario('a ticket is not answered', 'unreachable',
      _unanswered('redeemTicket', _redeem)),
  Scenario('the platform refuses a ticket', 'unreachable',
      _withoutCode('redeemTicket', _redeem)),
  Scenario('a ticket breaks', 'unreachable', _broken('redeemTicket', _redeem)),
];

Act _canceling(String state, Act cancel) => () {
      become(state);
      return cancel();
    };

Act _cancels(String intentId) => () async {
      Object? canceled;
      server({
        'cancelPaymentIntent': (_) => answer('cancelPaymentIntent', {})
      }, onCall: (_, data) => canceled = data['paymentIntentId']);
      final result = await _cancel();
      return canceled == intentId ? result : 'canceled $canceled';
    };

final canceling = [
  Scenario('the hold is let go', 'canceled',
      _canceling('ready', _cancels('pi_1'))),
  Scenario('the extension is let go, not the chat', 'canceled',
      _canceling('extension_requested', _cancels('pi_1'))),
  Scenario('a ticket\'s chat has no hold', 'nothing_to_cancel',
      _canceling('ready_by_ticket', _cancel)),
  Scenario('the hold is being set up', 'busy',
      _canceling('preparing', _cancel)),
  Scenario(
      'letting go is refused',
      'session_started',
      _canceling('ready',
          _refused('cancelPaymentIntent', _cancel, 'session_started'))),
  Scenario('letting go is not answered', 'unreachable',
      _canceling('ready', _unanswered('cancelPaymentIntent', _cancel))),
  Scenario('the platform refuses to let go', 'unreachable',
      _canceling('ready', _withoutCode('cancelPaymentIntent', _cancel))),
  Scenario('the chat is somebody else\'s', 'session_not_found', () {
    fakeDatabase.failures[Access.read] =
        FirebaseException(plugin: 'firestore', code: 'permission-denied');
    return _cancel();
  }),
  Scenario('reading the chat fails', 'unreachable',
      _failing(Access.read, 'internal', _cancel)),
  Scenario('the chat can\'t be read', 'unreachable', () {
    fakeDatabase.hanging.add(Access.read);
    return _cancel();
  }),
];

Act _unreachable(Access access, Act act) => () {
      fakeDatabase.hanging.add(access);
      return act();
    };

Act _failing(Access access, String code, Act act) => () {
      fakeDatabase.failures[access] =
          FirebaseException(plugin: 'firestore', code: code);
      return act();
    };

Act _signedOut(Act act) => () {
      FirebaseAuth.instance.currentUser = null;
      return act();
    };

Future<String> _id() => actions.chatSessionId('c1');

final documents = [
  Scenario('there is no chat yet', 'new', _id),
  Scenario('the chat there is', 's1', _canceling('ended', _id)),
  Scenario('only somebody else\'s chat', 'new', () {
    fakeDatabase.put(chat, {...stored('ended'), 'userId': 'u2'});
    return _id();
  }),
  Scenario('the id can\'t be known', '', _unreachable(Access.read, _id)),
  Scenario('nobody is signed in, so no id', '', _signedOut(_id)),
  Scenario('sent', 'sent', _send),
  Scenario('sent without a network', 'queued',
      _unreachable(Access.write, _send)),
  Scenario('sent after the end', 'closed',
      _failing(Access.write, 'permission-denied', _send)),
  Scenario('sending fails', 'unreachable',
      _failing(Access.write, 'internal', _send)),
  Scenario('sending breaks', 'unreachable', () {
    fakeDatabase.failures[Access.write] = StateError('no platform');
    return _send();
  }),
  Scenario('nobody is signed in to send', 'unauthenticated',
      _signedOut(_send)),
  Scenario('nothing that can be seen', 'empty',
      () => actions.sendChatMessage('s1', '\u3000\u200b\n')),
  Scenario('too long', 'too_long',
      () => actions.sendChatMessage('s1', 'あ' * 4001)),
  Scenario('as long as it may be', 'sent',
      () => actions.sendChatMessage('s1', 'あ' * 4000)),
  Scenario('read', 'read', _read),
  Scenario('reading is not answered', 'unreachable',
      _unreachable(Access.write, _read)),
];

String _status(String state) => stored(state)['status'] as String;

final functionsAlone = [
  Scenario('words in Japanese', 'チャットを開始できます。',
      () async => functions.chatResultText('ready', 'ja')),
  Scenario('words in English', 'The chat is ready to start.',
      () async => functions.chatResultText('ready', 'en')),
  Scenario('a word that is not known', 'Something went wrong.',
      () async => functions.chatResultText('newer_than_this', 'en')),
  Scenario('the payer may start', 'true',
      () async => '${functions.canStartChat(_status('ready'), 'u1', 'u1')}'),
  Scenario('the consultant may not start', 'false',
      () async => '${functions.canStartChat('ready', 'u1', 'c1')}'),
  Scenario('nobody may start what is not paid', 'false',
      () async => '${functions.canStartChat('awaiting_payment', 'u1', 'u1')}'),
  Scenario('a page that knows nothing yet may not start', 'false',
      () async => '${functions.canStartChat(null, null, null)}'),
  Scenario('a reference', chat,
      () async => functions.sessionRef('s1').path),
];
