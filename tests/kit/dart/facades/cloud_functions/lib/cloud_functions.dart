// What the kit uses of cloud_functions, with the plugin's own signatures.

import 'package:cloud_firestore/cloud_firestore.dart' show FirebaseException;

import 'server.dart';

class FirebaseFunctionsException extends FirebaseException {
  FirebaseFunctionsException({
    required String super.message,
    required String super.code,
    this.details,
  }) : super(plugin: 'firebase_functions');

  final dynamic details;
}

class HttpsCallableOptions {
  HttpsCallableOptions({
    this.timeout = const Duration(seconds: 60),
    this.limitedUseAppCheckToken = false,
  });

  Duration timeout;
  bool limitedUseAppCheckToken;
}

class HttpsCallableResult<T> {
  HttpsCallableResult._(this.data);

  final T data;
}

class HttpsCallable {
  HttpsCallable._(this._region, this._name);

  final String _region;
  final String _name;

  Future<HttpsCallableResult<T>> call<T>([dynamic parameters]) async {
    final sent = parameters as Map<String, dynamic>;
    return HttpsCallableResult._(await server(_region, _name, sent) as T);
  }
}

class FirebaseFunctions {
  FirebaseFunctions._(this._region);

  final String _region;

  static FirebaseFunctions get instance => instanceFor();

  static FirebaseFunctions instanceFor({Object? app, String? region}) =>
      FirebaseFunctions._(region ?? 'us-central1');

  HttpsCallable httpsCallable(String name, {HttpsCallableOptions? options}) =>
      HttpsCallable._(_region, name);
}
