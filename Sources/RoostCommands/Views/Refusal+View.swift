internal import Fleet

extension Refusal {
  /// The refusal as JSON has it.
  var tree: Tree { .object(["host": .text(host), "rule": .text(rule), "detail": .text(detail)]) }
}
