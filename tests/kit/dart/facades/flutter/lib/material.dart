// What the kit's widget uses of Flutter, with Flutter's own signatures.

abstract class Key {}

class BuildContext {}

abstract class Widget {
  const Widget({this.key});

  final Key? key;
}

abstract class StatefulWidget extends Widget {
  const StatefulWidget({super.key});

  State createState();
}

abstract class State<T extends StatefulWidget> {
  T? _widget;
  bool _mounted = false;

  T get widget => _widget!;
  bool get mounted => _mounted;

  void initState() {}
  void didUpdateWidget(covariant T oldWidget) {}
  void dispose() => _mounted = false;

  Widget build(BuildContext context);

  void setState(void Function() fn) {
    if (!_mounted) throw StateError('setState() called after dispose()');
    fn();
  }

  // What Flutter does with a state. The scenarios call these two.

  void mount(T widget) {
    _widget = widget;
    _mounted = true;
    initState();
  }

  void update(T widget) {
    final before = this.widget;
    _widget = widget;
    didUpdateWidget(before);
  }
}

class TextStyle {
  const TextStyle();
}

class Text extends Widget {
  const Text(this.data, {super.key, this.style});

  final String data;
  final TextStyle? style;
}

class Center extends Widget {
  const Center({super.key, this.child});

  final Widget? child;
}

class SizedBox extends Widget {
  const SizedBox({super.key, this.width, this.height, this.child});

  final double? width;
  final double? height;
  final Widget? child;
}
