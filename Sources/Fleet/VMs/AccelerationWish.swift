/// Whether a VM needs hardware acceleration.
public enum AccelerationWish: String, Hashable, Sendable, CaseIterable {
  /// Only a host whose KVM works will do.
  case required
  /// KVM where it works, emulation elsewhere.
  case preferred
  /// Emulation.
  case none
}
