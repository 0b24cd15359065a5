import 'dart:async';

/// The documents of a scenario by their path, and what goes wrong with them.
final database = FakeDatabase();

/// What is done to the database.
enum Access { read, listen, write }

class FakeDatabase {
  final documents = <String, Map<String, dynamic>>{};
  final writes = <String>[];
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
    writes.clear();
    failures.clear();
    hanging.clear();
    listeners = 0;
  }

  Future<void> reach(Access access) async {
    final failure = failures[access];
    if (failure != null) throw failure;
    if (hanging.contains(access)) await Completer<void>().future;
  }

  /// The document, now and after every change of it.
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

  /// Whether the rules let an app write these fields.
  bool mayWrite(String collection, String method, Iterable<Object> fields) {
    final allowed = writable['$collection $method'] ?? const [];
    return allowed.length == fields.length && allowed.every(fields.contains);
  }
}
