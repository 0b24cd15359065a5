// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom action code
// DO NOT REMOVE OR MODIFY THE CODE ABOVE!

import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:firebase_auth/firebase_auth.dart';

/// Write a message into the chat. The rules take it while the chat runs, with
/// the server's own time and no other field.
Future<String> sendChatMessage(String sessionId, String text) async {
  final uid = FirebaseAuth.instance.currentUser?.uid;
  if (uid == null) return 'unauthenticated';
  if (!_visible.hasMatch(text)) return 'empty';
  if (text.length > _longestText) return 'too_long';
  try {
    await FirebaseFirestore.instance
        .collection('sessions')
        .doc(sessionId)
        .collection('messages')
        .add({
      'senderId': uid,
      'text': text,
      'createdAt': FieldValue.serverTimestamp(),
    }).timeout(_longestWrite);
    return 'sent';
  } on FirebaseException catch (error) {
    return error.code == 'permission-denied' ? 'closed' : 'unreachable';
  } on TimeoutException {
    // Firestore keeps it, and sends it once there is a network, if the chat
    // still runs then.
    return 'queued';
  } catch (_) {
    return 'unreachable';
  }
}

/// What the rules ask of a text: at least one character that can be seen, and no
/// more than this many UTF-16 code units.
final _visible = RegExp(r'[^\s\p{Z}\p{Cc}\p{Cf}]', unicode: true);
const _longestText = 4000;
const _longestWrite = Duration(seconds: 10);
