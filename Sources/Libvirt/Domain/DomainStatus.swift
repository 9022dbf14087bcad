/// A domain's state with the reason for it.
public struct DomainStatus: Sendable, Hashable {
  /// What it does.
  public let state: DomainState
  /// Why.
  public let reason: DomainStateReason

  /// Takes libvirt's two numbers; the second means nothing without the first.
  public init(rawState: Int32, rawReason: Int32) {
    state = DomainState(rawValue: rawState)
    reason = DomainStateReason(rawValue: rawReason, of: state)
  }
}
