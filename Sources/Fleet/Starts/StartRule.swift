/// What is done about a guest that is started behind Roost's back with an address that somebody has.
public enum StartRule: String, Hashable, Sendable, CaseIterable {
  /// Nothing: the conflict shows once both run.
  case observe
  /// It starts, and an event tells of it.
  case warn
  /// It does not start.
  case block

  /// True if this rule is at least as strict as the other.
  public func covers(_ other: StartRule) -> Bool { severity >= other.severity }

  private var severity: Int {
    switch self {
    case .observe: 0
    case .warn: 1
    case .block: 2
    }
  }
}
