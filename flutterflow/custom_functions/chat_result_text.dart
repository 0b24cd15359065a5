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

String chatResultText(
  String result,
  String languageCode,
) {
  /// MODIFY CODE ONLY BELOW THIS LINE

  // Every value that the kit's actions answer, in Japanese and English. The
  // codes of the server are worded as the server words them.
  const texts = {
    'active': [
      'チャットが始まりました。',
      'The chat has started.',
    ],
    'already_captured': [
      'この決済はすでに確定しています。',
      'This payment has already been captured.',
    ],
    'busy': [
      'ただいま処理中です。少し待ってからもう一度お試しください。',
      'This is being worked on. Please try again in a moment.',
    ],
    'canceled': [
      '取り消しました。お支払いは発生していません。',
      'Canceled. You have not been charged.',
    ],
    'captured': [
      'チャットが終了し、お支払いが確定しました。',
      'The chat has ended and has been charged.',
    ],
    'capturing': [
      'チャットが終了しました。お支払いはまもなく確定します。',
      'The chat has ended. The charge will follow shortly.',
    ],
    'closed': [
      'チャットの時間外のため送信できません。',
      "The chat is not open, so this can't be sent.",
    ],
    'consultant_unavailable': [
      'このコンサルタントは現在ご利用いただけません。',
      'This consultant is not available at the moment.',
    ],
    'declined': [
      'カードが承認されませんでした。別のカードでお試しください。',
      'Your card was declined. Please try another one.',
    ],
    'empty': [
      'メッセージを入力してください。',
      'Please write a message.',
    ],
    'ended': [
      'チャットが終了しました。',
      'The chat has ended.',
    ],
    'extended': [
      'チャットの時間を延長しました。',
      'The chat has been extended.',
    ],
    'failed': [
      'お支払いの手続きを完了できませんでした。もう一度お試しください。',
      'The payment could not be completed. Please try again.',
    ],
    'hold_expiring': [
      '仮決済の期限が近いため開始できません。もう一度仮決済を行ってください。',
      'The hold on your card is about to expire. Please make a new one.',
    ],
    'internal': [
      '問題が発生しました。しばらくしてからもう一度お試しください。',
      'Something went wrong. Please try again later.',
    ],
    'invalid_argument': [
      '入力内容が正しくありません。',
      'What was entered is not valid.',
    ],
    'not_paid': [
      'お支払いの手続きがまだ完了していません。',
      'This chat has not been paid for yet.',
    ],
    'nothing_to_cancel': [
      '取り消すお支払いはありません。',
      'There is no payment to cancel.',
    ],
    'payment_not_found': [
      '決済が見つかりません。',
      'There is no such payment.',
    ],
    'payment_open': [
      'このチャットはカードでのお支払いの手続き中です。取り消してからコードを入力してください。',
      'A card payment for this chat is under way. Cancel it first to use a code.',
    ],
    'payment_unavailable': [
      '現在決済を処理できません。しばらくしてからもう一度お試しください。',
      'Payments cannot be processed right now. Please try again later.',
    ],
    'pending': [
      'お支払いを確認しています。しばらくお待ちください。',
      'Your payment is being checked. Please wait a moment.',
    ],
    'previous_unpaid': [
      '前回のチャットのお支払いが完了していないため、再開できません。',
      'The previous chat could not be charged, so this one cannot go on.',
    ],
    'price_changed': [
      '料金が変わりました。金額をご確認のうえ、もう一度お試しください。',
      'The price has changed. Please check it and try again.',
    ],
    'queued': [
      '通信が回復すると送信されます。',
      'This will be sent once you are online again.',
    ],
    'read': [
      '既読にしました。',
      'Marked as read.',
    ],
    'ready': [
      'チャットを開始できます。',
      'The chat is ready to start.',
    ],
    'released': [
      'チャットが終了しました。お支払いは発生していません。',
      'The chat has ended. You have not been charged.',
    ],
    'sent': [
      '送信しました。',
      'Sent.',
    ],
    'session_ended': [
      'このチャットは終了しています。',
      'This chat has ended.',
    ],
    'session_in_progress': [
      'このチャットのお支払いは済んでいます。',
      'This chat has been paid for already.',
    ],
    'session_not_found': [
      'チャットが見つかりません。',
      'There is no such chat.',
    ],
    'session_not_started': [
      'チャットはまだ開始されていません。',
      'This chat has not started yet.',
    ],
    'session_not_yours': [
      'このチャットを操作する権限がありません。',
      'This chat is not yours.',
    ],
    'session_running': [
      'チャットの時間がまだ残っています。',
      'The time of this chat is not over yet.',
    ],
    'session_started': [
      'チャットが開始されたため、取り消しできません。',
      'The chat has started, so the hold can no longer be canceled.',
    ],
    'ticket_invalid': [
      'このチケットコードは使用できません。コードをご確認ください。',
      "This ticket code can't be used. Please check the code.",
    ],
    'too_long': [
      'メッセージは4,000文字までです。',
      'A message can have up to 4,000 characters.',
    ],
    'too_many_attempts': [
      '試行回数が上限に達しました。しばらくしてからもう一度お試しください。',
      'Too many attempts. Please try again later.',
    ],
    'unauthenticated': [
      'ログインしてください。',
      'Please sign in.',
    ],
    'unavailable': [
      'ただいま接続しにくくなっています。少し待ってからもう一度お試しください。',
      "We can't be reached right now. Please try again in a moment.",
    ],
    'unreachable': [
      '通信できませんでした。接続をご確認のうえ、もう一度お試しください。',
      'We could not be reached. Please check your connection and try again.',
    ],
    'unsupported': [
      'お支払いはスマートフォンのアプリでご利用ください。',
      'Please use the app on your phone to pay.',
    ],
  };
  const unknown = ['問題が発生しました。', 'Something went wrong.'];
  final known = texts[result] ?? unknown;
  return languageCode == 'en' ? known[1] : known[0];

  /// MODIFY CODE ONLY ABOVE THIS LINE
}
