"""The FlutterFlow kit: compiled, run, and compared with what the server really takes and answers."""
