import 'dart:math';

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_firestore/database.dart';

import 'emulators.dart';

const _characters =
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const _pollEvery = Duration(milliseconds: 200);

/// The documents of the Firestore emulator by its REST API, under the rules.
class EmulatorDatabase implements Database {
  final _random = Random.secure();

  String get _documents =>
      'projects/${stack['project']}/databases/(default)/documents';

  /// What is answered; null if there is no such document.
  Future<dynamic> _ask(String method, String suffix, [Object? body]) async {
    final url = '${stack['firestore']}/v1/$_documents$suffix';
    final reply = await send(method, url, body);
    if (reply.status == 200) return reply.body;
    if (reply.status == 404) return null;
    final code = reply.status == 403 ? 'permission-denied' : 'unavailable';
    throw FirebaseException(
        plugin: 'firestore', code: code, message: '${reply.body}');
  }

  @override
  String newId() => [
        for (var i = 0; i < 20; i++)
          _characters[_random.nextInt(_characters.length)]
      ].join();

  @override
  Future<Map<String, dynamic>?> read(String path) async {
    final document = await _ask('GET', '/$path');
    return document == null ? null : _fieldsOf(document);
  }

  /// A poll stands in for Firestore's stream.
  @override
  Stream<Map<String, dynamic>?> follow(String path) =>
      Stream.periodic(_pollEvery).asyncMap((_) => read(path));

  @override
  Future<Map<String, Map<String, dynamic>>> find(
      String collection, Map<Object, Object?> wanted, int most) async {
    final filters = [
      for (final each in wanted.entries)
        {
          'fieldFilter': {
            'field': {'fieldPath': each.key},
            'op': 'EQUAL',
            'value': {'stringValue': each.value},
          }
        }
    ];
    final rows = await _ask('POST', ':runQuery', {
      'structuredQuery': {
        'from': [
          {'collectionId': collection}
        ],
        'where': {
          'compositeFilter': {'op': 'AND', 'filters': filters}
        },
        'limit': most,
      }
    });
    return {
      for (final row in rows as List)
        if (row['document'] case final Map document)
          document['name'] as String: _fieldsOf(document)
    };
  }

  @override
  Future<void> add(String path, Map<Object, Object?> data) =>
      _commit(path, data, {
        'currentDocument': {'exists': false}
      });

  @override
  Future<void> update(String path, Map<Object, Object?> data) =>
      _commit(path, data, {
        'currentDocument': {'exists': true},
        'updateMask': {'fieldPaths': _texts(data).keys.toList()},
      });

  /// Write texts and the server's own time: an app writes nothing else.
  Future<void> _commit(String path, Map<Object, Object?> data,
          Map<String, Object?> condition) =>
      _ask('POST', ':commit', {
        'writes': [
          {
            'update': {'name': '$_documents/$path', 'fields': _texts(data)},
            'updateTransforms': [
              for (final each in data.entries)
                if (each.value is FieldValue)
                  {'fieldPath': each.key, 'setToServerValue': 'REQUEST_TIME'}
            ],
            ...condition,
          }
        ]
      });
}

Map<String, Object?> _texts(Map<Object, Object?> data) => {
      for (final each in data.entries)
        if (each.value is String) '${each.key}': {'stringValue': each.value}
    };

Map<String, dynamic> _fieldsOf(Map<dynamic, dynamic> map) => {
      for (final each in (map['fields'] as Map? ?? const {}).entries)
        each.key as String: _value(each.value)
    };

/// A value as the plugin has it, of one as the REST API writes it.
Object? _value(dynamic value) => switch (value) {
      {'integerValue': final String digits} => int.parse(digits),
      {'timestampValue': final String time} =>
        Timestamp.fromDate(DateTime.parse(time)),
      {'mapValue': final Map map} => _fieldsOf(map),
      {'arrayValue': final Map array} => [
          for (final each in array['values'] as List? ?? const []) _value(each)
        ],
      final Map other => other.values.single,
      _ => throw ArgumentError.value(value),
    };
