/// The hosts that a listing shows.
package struct HostFilter: Hashable, Sendable {
  private let name: NamePattern?
  private let state: HostState?
  private let labels: [LabelQuery]

  /// Reads a user's filters; empty ones match all.
  /// - Parameter labels: each `KEY` or `KEY=VALUE`; all must match.
  /// - Throws: ``FleetError`` with code `invalid` for an unknown state.
  package init(name: String = "", state: String = "", labels: [String] = []) throws(FleetError) {
    self.name = name.isEmpty ? nil : NamePattern(name)
    self.labels = labels.map { LabelQuery($0) }
    self.state = HostState(rawValue: state)
    guard state.isEmpty || self.state != nil else {
      throw FleetError(
        .invalid, "\"\(state.printable)\" is not a state of a host",
        hint: "it is one of \(HostState.allCases.map(\.rawValue).joined(separator: ", "))")
    }
  }

  /// True if the listing shows the host.
  package func matches(_ host: HostSummary) -> Bool {
    if let name, !name.matches(host.name) { return false }
    if let state, host.state != state { return false }
    return labels.allSatisfy { $0.matches(host.labels) }
  }
}

/// One label that is required, with any value or with one.
package struct LabelQuery: Hashable, Sendable {
  private let key: String
  private let value: String?

  /// Reads `KEY` or `KEY=VALUE`.
  package init(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    key = parts.first ?? ""
    value = parts.count > 1 ? parts.last : nil
  }

  /// True if a VM or host with these labels has it.
  package func matches(_ labels: [String: String]) -> Bool {
    labels[key].map { value == nil || value == $0 } ?? false
  }
}
