/// A domain's documents as libvirt writes them, without passwords.
public struct DomainTexts: Hashable, Sendable {
  /// What is saved for the next start; nil for a domain that vanishes when it stops.
  public var saved: String?
  /// What runs now; nil if it does not run.
  public var live: String?

  /// Makes the value.
  public init(saved: String?, live: String?) {
    self.saved = saved
    self.live = live
  }
}
