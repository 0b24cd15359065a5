import 'dart:convert';
import 'dart:math' as math;

import 'package:flutter/material.dart';
import 'package:google_fonts/google_fonts.dart';
import 'package:intl/intl.dart';
import 'package:timeago/timeago.dart' as timeago;
import '/flutter_flow/lat_lng.dart';
import '/flutter_flow/place.dart';
import '/flutter_flow/uploaded_file.dart';
import '/backend/backend.dart';
import 'package:cloud_firestore/cloud_firestore.dart';
import '/auth/firebase_auth/auth_util.dart';

DocumentReference sessionRef(String sessionId) {
  /// MODIFY CODE ONLY BELOW THIS LINE

  // What FlutterFlow reads a document and queries a subcollection by. A push and
  // a notification bring the session's id, and FlutterFlow makes no reference of
  // a text by itself.
  return FirebaseFirestore.instance.collection('sessions').doc(sessionId);

  /// MODIFY CODE ONLY ABOVE THIS LINE
}
