// What the kit uses of cloud_firestore, with the plugin's own signatures.

import 'database.dart';

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

  CollectionReference<Map<String, dynamic>> collection(String name) =>
      CollectionReference._('$path/$name');

  Future<DocumentSnapshot<T>> get([GetOptions? options]) async =>
      DocumentSnapshot._(id, await database.read(path) as T?);

  Stream<DocumentSnapshot<T>> snapshots({
    bool includeMetadataChanges = false,
  }) =>
      database
          .follow(path)
          .map((document) => DocumentSnapshot._(id, document as T?));

  Future<void> update(Map<Object, Object?> data) => database.update(path, data);
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
    final found = await database.find(path, _wanted, _most);
    return QuerySnapshot._([
      for (final each in found.entries)
        QueryDocumentSnapshot._(each.key.split('/').last, each.value as T)
    ]);
  }
}

class CollectionReference<T extends Object?> extends Query<T> {
  CollectionReference._(String path) : super._(path, const {}, 1000);

  DocumentReference<T> doc([String? id]) {
    if (id != null && id.isEmpty) throw ArgumentError('an empty document path');
    return DocumentReference._('$path/${id ?? database.newId()}');
  }

  Future<DocumentReference<T>> add(T data) async {
    final added = doc();
    await database.add(added.path, data as Map<String, dynamic>);
    return added;
  }
}

class FirebaseFirestore {
  FirebaseFirestore._();

  static final instance = FirebaseFirestore._();

  CollectionReference<Map<String, dynamic>> collection(String path) =>
      CollectionReference._(path);
}
