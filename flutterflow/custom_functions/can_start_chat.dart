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

bool canStartChat(
  String? status,
  String? userId,
  String? currentUserId,
) {
  /// MODIFY CODE ONLY BELOW THIS LINE

  // 「メッセージを開始」 is enabled for the payer, once a ticket has been taken
  // or a card holds the price: both make the session `ready`.
  return status == 'ready' && userId != null && userId == currentUserId;

  /// MODIFY CODE ONLY ABOVE THIS LINE
}
