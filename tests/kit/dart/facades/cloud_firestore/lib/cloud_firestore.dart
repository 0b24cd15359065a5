// What the kit uses of cloud_firestore, with the plugin's own signatures.

import 'fake_database.dart';

class FirebaseException implements Exception {
  FirebaseException({required this.plugin, this.message, String? code})
      : code = code ?? 'unknown';

  final String plugin;
  final String? message;
  final String code;
}

enum Source { serverAndCache, server, cache }

class GetOptions {
  const GetOptions({this.source = Source.serverAndCache});

  final Source source;
}

class Timestamp {
  Timestamp.fromDate(this._date);

  final DateTime _date;

  DateTime toDate() => _date;

  @override
  bool operator ==(Object other) => other is Timestamp && other._date == _date;

  @override
  int get hashCode => _date.hashCode;
}

class FieldValue {
  const FieldValue._();

  static FieldValue serverTimestamp() => const FieldValue._();
}

class DocumentSnapshot<T extends Object?> {
  DocumentSnapshot._(this.id, this._data);

  final String id;
  final T? _data;

  T? data() => _data;
}

class QueryDocumentSnapshot<T extends Object?> extends DocumentSnapshot<T> {
  QueryDocumentSnapshot._(super.id, super._data) : super._();

  @override
  T data() => _data as T;
}

class QuerySnapshot<T extends Object?> {
  QuerySnapshot._(this.docs);

  final List<QueryDocumentSnapshot<T>> docs;
}

class DocumentReference<T extends Object?> {
  DocumentReference._(this.path);

  final String path;

  String get id => path.split('/').last;
  String get _parent => path.substring(0, path.length - id.length - 1);

  CollectionReference<Map<String, dynamic>> collection(String name) =>
      CollectionReference._('$path/$name');

  Future<DocumentSnapshot<T>> get([GetOptions? options]) async {
    await database.reach(Access.read);
    return DocumentSnapshot._(id, database.documents[path] as T?);
  }

  Stream<DocumentSnapshot<T>> snapshots({
    bool includeMetadataChanges = false,
  }) =>
      database
          .follow(path)
          .map((document) => DocumentSnapshot._(id, document as T?));

  Future<void> update(Map<Object, Object?> data) =>
      _write(_parent, 'update', data.keys);
}

class Query<T extends Object?> {
  Query._(this.path, this._wanted, this._most);

  final String path;
  final Map<Object, Object?> _wanted;
  final int _most;

  Query<T> where(Object field, {Object? isEqualTo}) =>
      Query._(path, {..._wanted, field: isEqualTo}, _most);

  Query<T> limit(int limit) => Query._(path, _wanted, limit);

  Future<QuerySnapshot<T>> get([GetOptions? options]) async {
    await database.reach(Access.read);
    final found = database.documents.entries.where(_matches).take(_most);
    return QuerySnapshot._([
      for (final each in found)
        QueryDocumentSnapshot._(each.key.split('/').last, each.value as T)
    ]);
  }

  bool _matches(MapEntry<String, Map<String, dynamic>> document) =>
      document.key.startsWith('$path/') &&
      _wanted.entries.every((each) => document.value[each.key] == each.value);
}

class CollectionReference<T extends Object?> extends Query<T> {
  CollectionReference._(String path) : super._(path, const {}, 1000);

  DocumentReference<T> doc([String? id]) {
    if (id != null && id.isEmpty) throw ArgumentError('an empty document path');
    return DocumentReference._('$path/${id ?? 'new'}');
  }

  Future<DocumentReference<T>> add(T data) async {
    await _write(path, 'add', (data as Map<String, dynamic>).keys);
    return doc();
  }
}

class FirebaseFirestore {
  FirebaseFirestore._();

  static final instance = FirebaseFirestore._();

  CollectionReference<Map<String, dynamic>> collection(String path) =>
      CollectionReference._(path);
}

Future<void> _write(String path, String method, Iterable<Object> fields) async {
  await database.reach(Access.write);
  if (!database.mayWrite(path.split('/').last, method, fields)) {
    throw FirebaseException(plugin: 'firestore', code: 'permission-denied');
  }
  database.writes.add('$method $path');
}
