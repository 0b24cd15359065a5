import 'package:app/custom_code/widgets/index.dart' show ChatClock;
import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_firestore/fake_database.dart';
import 'package:flutter/material.dart';

import 'scenario.dart';
import 'world.dart';

/// A clock on a page, what it shows, and how often it has told of the end.
class Shown {
  Shown(String sessionId) {
    state = _widget(sessionId).createState() as State<ChatClock>;
    state.mount(_widget(sessionId));
  }

  late final State<ChatClock> state;
  int ended = 0;

  ChatClock _widget(String sessionId) => ChatClock(
      width: 100,
      height: 50,
      sessionId: sessionId,
      onEnded: () async => ended++);

  void follow(String sessionId) => state.update(_widget(sessionId));

  String get text {
    final box = state.build(BuildContext()) as SizedBox;
    return ((box.child as Center).child as Text).data;
  }
}

/// What a clock shows of a chat, after [act].
Future<String> _shows(String sessionId, void Function(Shown) act) async {
  final clock = Shown(sessionId);
  await seconds(2);
  act(clock);
  await seconds(2);
  final text = clock.text;
  clock.state.dispose();
  become('running');
  await seconds(2);
  return '$text, ended ${clock.ended} times';
}

void _runsFor(Duration left) => fakeDatabase.put(chat, {
      ...stored('running'),
      'expiresAt': Timestamp.fromDate(DateTime.now().add(left)),
    });

/// The last second that is shown depends on the machine's own clock.
Future<String> _minutes(Future<String> shown) async =>
    (await shown).replaceFirst(RegExp(r'59:5\d|60:00'), 'an hour');

final clock = [
  Scenario('an hour is left', 'an hour, ended 0 times', () {
    _runsFor(const Duration(hours: 1));
    return _minutes(_shows('s1', (_) {}));
  }),
  Scenario('the chat is extended', 'an hour, ended 0 times', () {
    _runsFor(const Duration(minutes: 1));
    return _minutes(_shows('s1', (_) => _runsFor(const Duration(hours: 1))));
  }),
  Scenario('the time is over, the end is not heard of', '00:00, ended 0 times',
      () {
    _runsFor(const Duration(seconds: -1));
    return _shows('s1', (_) {});
  }),
  Scenario('the chat ends', '--:--, ended 1 times', () {
    _runsFor(const Duration(hours: 1));
    return _shows('s1', (_) {
      become('ended');
      become('ended');
    });
  }),
  Scenario('the chat has not started', '--:--, ended 0 times', () {
    become('ready');
    return _shows('s1', (_) {});
  }),
  Scenario('the page shows another chat', '--:--, ended 0 times', () {
    _runsFor(const Duration(hours: 1));
    return _shows('s1', (clock) => clock.follow('s2'));
  }),
  Scenario('the page does not know the id yet', '--:--, ended 0 times',
      () => _shows('', (_) {})),
  Scenario('the id becomes known', 'an hour, ended 0 times', () {
    _runsFor(const Duration(hours: 1));
    return _minutes(_shows('', (clock) => clock.follow('s1')));
  }),
  Scenario('the chat of a clock can\'t be read', '--:--, ended 0 times', () {
    fakeDatabase.failures[Access.listen] = StateError('no stream');
    return _shows('s1', (_) {});
  }),
];
