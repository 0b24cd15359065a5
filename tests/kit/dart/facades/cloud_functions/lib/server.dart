/// What a callable answers, or the exception that it throws: a scenario's word,
/// or that of the emulator.
Future<Object?> Function(String region, String name, Map<String, dynamic> data)
    server = (region, name, data) => throw UnimplementedError(name);
