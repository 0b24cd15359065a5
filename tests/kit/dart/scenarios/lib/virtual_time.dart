import 'dart:async';

/// Time that passes at once: a timer runs as soon as nothing else is left to do
/// before it, so that fifteen minutes take no longer than a second.
class VirtualTime {
  Duration _now = Duration.zero;
  final _timers = <_Timer>[];

  /// What was thrown and not caught.
  final uncaught = <Object>[];

  /// What [act] answers; null if it has not answered when [most] has passed, or
  /// waits for something that never comes.
  Future<T?> run<T>(Future<T> Function() act,
      {Duration most = const Duration(hours: 1)}) async {
    T? answer;
    var isAnswered = false;
    _zone().run(() => act().then((value) {
          answer = value;
          isAnswered = true;
        }));
    await _idle();
    while (!isAnswered && _next(most)) {
      await _idle();
    }
    return answer;
  }

  /// Lets everything that still waits come to its end.
  Future<void> settle({Duration most = const Duration(hours: 2)}) async {
    while (_next(most)) {
      await _idle();
    }
  }

  Zone _zone() => Zone.current.fork(
        specification: ZoneSpecification(
          createTimer: (self, parent, zone, after, run) =>
              _add(_Timer(this, zone, _now + after, null, (_) => run())),
          createPeriodicTimer: (self, parent, zone, every, run) =>
              _add(_Timer(this, zone, _now + every, every, run)),
          handleUncaughtError: (self, parent, zone, error, trace) =>
              uncaught.add(error),
        ),
      );

  _Timer _add(_Timer timer) {
    _timers.add(timer);
    return timer;
  }

  /// Runs the timer that is due first, if one is due before [most].
  bool _next(Duration most) {
    if (_timers.isEmpty) return false;
    final first = _timers.reduce((a, b) => b.due < a.due ? b : a);
    if (first.due > most) return false;
    _now = first.due;
    first.fire();
    return true;
  }

  /// Every microtask runs before the next event of the outer zone.
  Future<void> _idle() => Future<void>.delayed(Duration.zero);
}

class _Timer implements Timer {
  _Timer(this._time, this._zone, this.due, this._every, this._run);

  final VirtualTime _time;
  final Zone _zone;
  final Duration? _every;
  final void Function(Timer) _run;
  Duration due;

  @override
  int tick = 0;

  @override
  bool get isActive => _time._timers.contains(this);

  @override
  void cancel() => _time._timers.remove(this);

  void fire() {
    tick++;
    final every = _every;
    every == null ? cancel() : due += every;
    _zone.runUnaryGuarded(_run, this);
  }
}
