/// What an action of the kit answers in one course of events.
class Scenario {
  const Scenario(this.name, this.expected, this.act);

  final String name;
  final String expected;
  final Future<String> Function() act;
}
