import 'dart:convert';
import 'dart:io';

import 'package:firebase_auth/firebase_auth.dart';

/// The project, and the base URL of each emulator: Python tells them.
late final Map<String, dynamic> stack;

/// The ID token of whoever is signed in.
String? _idToken;

final _client = HttpClient();

/// What an emulator answers; a body that is no JSON is null.
typedef Reply = ({int status, dynamic body});

/// Send JSON as the person who is signed in.
Future<Reply> send(String method, String url, [Object? body]) async {
  final request = await _client.openUrl(method, Uri.parse(url));
  request.persistentConnection = false;
  if (_idToken != null) {
    request.headers.set('Authorization', 'Bearer $_idToken');
  }
  if (body != null) {
    final bytes = utf8.encode(jsonEncode(body));
    request.headers.contentType = ContentType.json;
    request.contentLength = bytes.length;
    request.add(bytes);
  }
  final response = await request.close();
  final text = await utf8.decodeStream(response);
  return (status: response.statusCode, body: _json(text));
}

dynamic _json(String text) {
  try {
    return jsonDecode(text);
  } on FormatException {
    return null;
  }
}

Future<String> signIn(String email, String password) =>
    _signIn('signInWithPassword', {'email': email, 'password': password});

Future<String> signInAnonymously() => _signIn('signUp', {});

/// Answers the person's UID.
Future<String> _signIn(String way, Map<String, String> proof) async {
  _idToken = null;
  final reply = await send(
      'POST',
      '${stack['auth']}/identitytoolkit.googleapis.com/v1/accounts:$way'
          '?key=emulator',
      {...proof, 'returnSecureToken': true});
  _idToken = reply.body['idToken'] as String;
  final uid = reply.body['localId'] as String;
  FirebaseAuth.instance.currentUser = User(uid);
  return uid;
}
