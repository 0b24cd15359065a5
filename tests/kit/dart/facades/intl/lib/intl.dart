// FlutterFlow's header imports this package; the kit uses nothing of it.
