public import Fleet

/// What came of adding a reservation to a host.
public enum Admission: Hashable, Sendable {
  /// The host afterwards.
  case admitted(HostSnapshot)
  /// The rule and its numbers.
  case refused(Refusal)
}
