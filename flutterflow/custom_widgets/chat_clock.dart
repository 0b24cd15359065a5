// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom widgets
import '/custom_code/actions/index.dart'; // Imports custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom widget code
// DO NOT REMOVE OR MODIFY THE CODE ABOVE!

import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';

/// What is left of a chat, as minutes and seconds, followed by `snapshots()`:
/// an extension moves it by itself. [onEnded] runs when the session says that
/// the chat has ended, whoever ended it.
///
/// It only shows the time. A phone's clock may be wrong, so nothing is ended by
/// it: the rules and the server go by their own.
class ChatClock extends StatefulWidget {
  const ChatClock({
    super.key,
    this.width,
    this.height,
    required this.sessionId,
    this.onEnded,
  });

  final double? width;
  final double? height;
  final String sessionId;
  final Future Function()? onEnded;

  @override
  State<ChatClock> createState() => _ChatClockState();
}

class _ChatClockState extends State<ChatClock> {
  StreamSubscription<DocumentSnapshot<Map<String, dynamic>>>? _watch;
  Timer? _tick;
  DateTime? _expiresAt;
  bool _isActive = false;

  @override
  void initState() {
    super.initState();
    _follow();
    _tick = Timer.periodic(const Duration(seconds: 1), (_) => _show());
  }

  @override
  void didUpdateWidget(ChatClock old) {
    super.didUpdateWidget(old);
    if (old.sessionId != widget.sessionId) _follow();
  }

  @override
  void dispose() {
    _watch?.cancel();
    _tick?.cancel();
    super.dispose();
  }

  void _follow() {
    _watch?.cancel();
    _isActive = false;
    // A page may not know the id yet, and Firestore takes no empty one.
    if (widget.sessionId.isEmpty) return;
    _watch = FirebaseFirestore.instance
        .collection('sessions')
        .doc(widget.sessionId)
        .snapshots()
        .listen(_hear, onError: (_) {});
  }

  void _hear(DocumentSnapshot<Map<String, dynamic>> snapshot) {
    final session = snapshot.data() ?? {};
    final expiresAt = session['expiresAt'];
    final wasActive = _isActive;
    _expiresAt = expiresAt is Timestamp ? expiresAt.toDate() : null;
    _isActive = session['status'] == 'active';
    if (wasActive && !_isActive) widget.onEnded?.call();
    _show();
  }

  void _show() {
    if (mounted) setState(() {});
  }

  String _left() {
    final expiresAt = _expiresAt;
    if (!_isActive || expiresAt == null) return '--:--';
    final left = expiresAt.difference(DateTime.now());
    if (left.isNegative) return '00:00';
    final seconds = (left.inSeconds % 60).toString().padLeft(2, '0');
    return '${left.inMinutes.toString().padLeft(2, '0')}:$seconds';
  }

  @override
  Widget build(BuildContext context) {
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: Center(
        child: Text(_left(), style: FlutterFlowTheme.of(context).titleMedium),
      ),
    );
  }
}
