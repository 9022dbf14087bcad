internal import ArgumentParser
internal import Fleet

/// What a new VM asks of hosts beyond its spec.
struct ConstraintOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("A group that the fleet's rules speak of; may be repeated.", valueName: "name"))
  var group: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A label the host must have, KEY or KEY=VALUE; may be repeated.", valueName: "label"))
  var require: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A label the host must not have, KEY or KEY=VALUE; may be repeated.", valueName: "label"))
  var avoid: [String] = []

  @Flag(name: .long, help: "The VM stays on the host it is placed on: no plan moves it.")
  var pinned = false

  /// True if no flag was given.
  var isEmpty: Bool { group.isEmpty && require.isEmpty && avoid.isEmpty && !pinned }

  /// The constraints that the flags describe.
  func constraints() throws(FleetError) -> PlacementConstraints {
    let constraints = PlacementConstraints(
      require: try Self.labels(require), avoid: try Self.labels(avoid), groups: Set(group), isPinned: pinned)
    try constraints.validated()
    return constraints
  }

  private static func labels(_ texts: [String]) throws(FleetError) -> [String: Set<String>] {
    var labels: [String: Set<String>] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let key = parts.first, !key.isEmpty, parts.count == 1 || !parts[1].isEmpty else {
        throw .usage("\"\(text.printable)\" is not a label", hint: "write KEY or KEY=VALUE")
      }
      labels[key, default: []].formUnion(parts.dropFirst())
    }
    return labels
  }
}
