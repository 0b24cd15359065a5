import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:app/custom_code/actions/index.dart';
import 'package:app/custom_code/widgets/index.dart';
import 'package:cloud_firestore/database.dart';
import 'package:cloud_functions/server.dart';
import 'package:flutter/material.dart';
import 'package:flutter_stripe/sheet.dart';

import 'callables.dart';
import 'card.dart';
import 'documents.dart';
import 'emulators.dart';

/// A phone with the kit's app, on the local stack. Each line that it is sent is
/// one step, as in `["startChat", "s1"]`; it prints the step's answer.
Future<void> main(List<String> arguments) async {
  stack = jsonDecode(arguments.single);
  database = EmulatorDatabase();
  server = callFunction;
  sheet = payWithCard;
  await runZoned(_serve, zoneSpecification: _patient);
}

final _steps = <String, Function>{
  'signIn': signIn,
  'signInAnonymously': signInAnonymously,
  'takeCard': takeCard,
  'chatSessionId': chatSessionId,
  'buyChatTicket': buyChatTicket,
  'enterTicketCode': enterTicketCode,
  'startChat': startChat,
  'sendChatMessage': sendChatMessage,
  'endChat': endChat,
  'cancelHold': cancelHold,
  'readNotification': readNotification,
  'showClock': showClock,
  'untilClockEnds': () => _clockEnded.future,
};

Future<void> _serve() async {
  final lines = stdin.transform(utf8.decoder).transform(const LineSplitter());
  await for (final line in lines) {
    final [name, ...given] = jsonDecode(line) as List;
    print(jsonEncode(await Function.apply(_steps[name]!, given)));
  }
}

/// The kit's limits are for a phone and a server of its own: a busy machine has
/// ten times as long.
final _patient = ZoneSpecification(
  createTimer: (self, parent, zone, after, run) =>
      parent.createTimer(zone, after.inSeconds > 2 ? after * 10 : after, run),
);

final _clockEnded = Completer<String>();

/// Show the clock of a chat that runs; answers once it counts.
Future<String> showClock(String sessionId) async {
  final clock = ChatClock(
      sessionId: sessionId, onEnded: () async => _clockEnded.complete('ended'));
  final state = clock.createState()..mount(clock);
  String text() {
    final box = state.build(BuildContext()) as SizedBox;
    return ((box.child as Center).child as Text).data;
  }

  return Stream.periodic(const Duration(milliseconds: 50), (_) => text())
      .firstWhere((text) => text != '--:--');
}
