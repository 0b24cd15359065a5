// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom action code
// DO NOT REMOVE OR MODIFY THE CODE ABOVE!

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:firebase_auth/firebase_auth.dart';

/// The id of the person's chat with this consultant, or a new one where there is
/// none. Empty where it can't be known (signed out, offline): ask again.
///
/// It is kept by Firestore and nowhere else, so an app that was killed or
/// installed again, and a second phone, go on with the same chat and the same
/// payment. A new id is Firestore's own, which nobody can guess.
Future<String> chatSessionId(String consultantId) async {
  final uid = FirebaseAuth.instance.currentUser?.uid;
  if (uid == null) return '';
  final sessions = FirebaseFirestore.instance.collection('sessions');
  try {
    final mine = await sessions
        .where('userId', isEqualTo: uid)
        .where('consultantId', isEqualTo: consultantId)
        .limit(1)
        .get(const GetOptions(source: Source.server))
        .timeout(_longestRead);
    return mine.docs.isEmpty ? sessions.doc().id : mine.docs.first.id;
  } catch (_) {
    return '';
  }
}

const _longestRead = Duration(seconds: 10);
