"""The FlutterFlow kit, read with Dart's own grammar and compared with what the server really takes and answers."""
