import 'package:cloud_functions/cloud_functions.dart';

import 'emulators.dart';

/// Call a function of the Functions emulator, as `cloud_functions` does.
Future<Object?> callFunction(
    String region, String name, Map<String, dynamic> data) async {
  final reply = await _post(region, name, data);
  if (reply.status == 200) return reply.body['result'];
  final error = reply.body is Map ? reply.body['error'] as Map : const {};
  final status = error['status'] as String? ?? 'INTERNAL';
  throw FirebaseFunctionsException(
    message: error['message'] as String? ?? '',
    code: status.toLowerCase().replaceAll('_', '-'),
    details: error['details'],
  );
}

Future<Reply> _post(
    String region, String name, Map<String, dynamic> data) async {
  final url = '${stack['functions']}/$region/$name';
  final reply = await send('POST', url, {'data': data});
  // The emulator's proxy answers a bare 500 if a worker has just closed its
  // connection. Callables are safe to repeat.
  final isBare = reply.status == 500 && reply.body is! Map;
  return isBare ? send('POST', url, {'data': data}) : reply;
}
