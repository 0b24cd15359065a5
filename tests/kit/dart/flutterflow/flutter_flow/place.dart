// FlutterFlow's header imports this file; the kit uses nothing of it.
