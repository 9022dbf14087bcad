import Fleet

extension PlacementPolicy {
  /// The policy of that name; nil for an empty one, which leaves it to the fleet.
  /// - Throws: ``FleetError`` with code `invalid`.
  init?(named text: String) throws {
    guard !text.isEmpty else { return nil }
    guard let policy = PlacementPolicy(rawValue: text) else {
      let known = PlacementPolicy.allCases.map(\.rawValue).joined(separator: ", ")
      throw FleetError(.invalid, "\"\(text.printable)\" is no placement policy", hint: "use one of \(known)")
    }
    self = policy
  }
}
