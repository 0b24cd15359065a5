/// The server of a scenario: what a callable answers, or the exception that it
/// throws.
Future<Object?> Function(String region, String name, Map<String, dynamic> data)
    server = (region, name, data) => throw UnimplementedError(name);
