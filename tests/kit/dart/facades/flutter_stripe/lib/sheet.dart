/// What happens while the sheet is shown: null if it is done, or what the
/// plugin throws.
Future<void> Function() sheet = () async {};

/// What happens while the sheet is set up.
Future<void> Function() setUp = () async {};

/// The client secret of each sheet that has been shown.
final shown = <String?>[];
