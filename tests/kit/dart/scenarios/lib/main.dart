import 'dart:convert';
import 'dart:io';

import 'package:cloud_firestore/database.dart';
import 'package:cloud_firestore/fake_database.dart';

import 'buying.dart';
import 'chatting.dart';
import 'clock.dart';
import 'scenario.dart';
import 'virtual_time.dart';
import 'world.dart';

/// Runs every scenario, or those that are named after the contract's file, and
/// prints one line of JSON for each.
Future<void> main(List<String> arguments) async {
  contract = jsonDecode(File(arguments.first).readAsStringSync());
  database = fakeDatabase;
  fakeDatabase.writable = {
    for (final each in (contract['writable'] as Map).entries)
      each.key as String: List<String>.from(each.value)
  };
  final names = arguments.skip(1);
  for (final scenario in _all) {
    final isAsked = names.isEmpty || names.contains(scenario.name);
    if (isAsked) print(jsonEncode(await _outcome(scenario)));
  }
}

final _all = [
  ...withTheSheet,
  ...lostSheet,
  ...withoutTheSheet,
  ...callables,
  ...canceling,
  ...documents,
  ...functionsAlone,
  ...clock,
];

/// The scenario's name, and what is wrong: nothing if it ends as it should.
Future<List<Object>> _outcome(Scenario scenario) async {
  begin();
  final time = VirtualTime();
  final answer = await time.run(scenario.act);
  await time.settle();
  final listeners = fakeDatabase.listeners;
  return [
    scenario.name,
    [
      if (answer != scenario.expected) '$answer, not ${scenario.expected}',
      ...breaches,
      for (final error in time.uncaught) '$error was not caught',
      if (listeners != 0) '$listeners streams left open',
    ],
  ];
}
