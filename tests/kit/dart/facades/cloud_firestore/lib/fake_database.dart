import 'dart:async';

import 'cloud_firestore.dart' show FirebaseException;
import 'database.dart';

/// The documents of a scenario, and what goes wrong with them.
final fakeDatabase = FakeDatabase();

/// What is done to the database.
enum Access { read, listen, write }

class FakeDatabase implements Database {
  final documents = <String, Map<String, dynamic>>{};
  final _changes = StreamController<String>.broadcast(sync: true);

  /// The fields that the rules let an app write, by collection and method.
  Map<String, List<String>> writable = {};

  /// What each access throws; one that hangs never answers.
  final failures = <Access, Object>{};
  final hanging = <Access>{};

  /// Streams that are still listened to.
  int listeners = 0;

  void put(String path, Map<String, dynamic> document) {
    documents[path] = document;
    _changes.add(path);
  }

  void clear() {
    documents.clear();
    failures.clear();
    hanging.clear();
    listeners = 0;
  }

  @override
  String newId() => 'new';

  @override
  Future<Map<String, dynamic>?> read(String path) async {
    await _reach(Access.read);
    return documents[path];
  }

  @override
  Stream<Map<String, dynamic>?> follow(String path) {
    StreamSubscription<String>? changes;
    late final StreamController<Map<String, dynamic>?> told;
    void tell([String? _]) => told.add(documents[path]);
    told = StreamController(onListen: () {
      listeners++;
      final failure = failures[Access.listen];
      if (failure != null) return told.addError(failure);
      tell();
      changes = _changes.stream.where((each) => each == path).listen(tell);
    }, onCancel: () {
      listeners--;
      changes?.cancel();
    });
    return told.stream;
  }

  @override
  Future<Map<String, Map<String, dynamic>>> find(
      String collection, Map<Object, Object?> wanted, int most) async {
    await _reach(Access.read);
    bool isWanted(MapEntry<String, Map<String, dynamic>> document) =>
        document.key.startsWith('$collection/') &&
        wanted.entries.every((each) => document.value[each.key] == each.value);
    return Map.fromEntries(documents.entries.where(isWanted).take(most));
  }

  @override
  Future<void> add(String path, Map<Object, Object?> data) =>
      _write('add', path, data.keys);

  @override
  Future<void> update(String path, Map<Object, Object?> data) =>
      _write('update', path, data.keys);

  Future<void> _write(
      String method, String path, Iterable<Object> fields) async {
    await _reach(Access.write);
    final names = path.split('/').indexed.where((each) => each.$1.isEven);
    final collections = names.map((each) => each.$2).join('/');
    final allowed = writable['$collections $method'] ?? const [];
    final isAllowed =
        allowed.length == fields.length && allowed.every(fields.contains);
    if (isAllowed) return;
    throw FirebaseException(plugin: 'firestore', code: 'permission-denied');
  }

  Future<void> _reach(Access access) async {
    final failure = failures[access];
    if (failure != null) throw failure;
    if (hanging.contains(access)) await Completer<void>().future;
  }
}
