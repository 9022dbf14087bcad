/// How far a VM's observed state can be trusted.
public enum Certainty: Hashable, Sendable {
  /// Its agent and libvirt report it now.
  case current
  /// Nobody reports it; it was last seen then, or never.
  case unknown(since: Timestamp?)

  /// The certainty's name as it stands in JSON.
  public var name: String { self == .current ? "current" : "unknown" }
}
