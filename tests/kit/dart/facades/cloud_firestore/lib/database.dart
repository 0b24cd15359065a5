/// What stands behind the package: the documents of a scenario, or those of the
/// emulator.
late Database database;

/// Documents are named by their path, as in `sessions/s1`.
abstract interface class Database {
  /// An id for a new document.
  String newId();

  /// The document; null if there is none.
  Future<Map<String, dynamic>?> read(String path);

  /// The document, now and after every change of it.
  Stream<Map<String, dynamic>?> follow(String path);

  /// The documents of a collection whose fields are these, by their path.
  Future<Map<String, Map<String, dynamic>>> find(
      String collection, Map<Object, Object?> wanted, int most);

  Future<void> add(String path, Map<Object, Object?> data);
  Future<void> update(String path, Map<Object, Object?> data);
}
