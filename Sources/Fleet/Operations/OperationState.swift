/// Where an operation or a step stands.
public enum OperationState: String, Hashable, Sendable, CaseIterable {
  /// Accepted, not begun.
  case pending
  /// Under way.
  case running
  /// Ended well.
  case done
  /// Ended badly.
  case failed

  /// True once it can't change any more.
  public var isEnded: Bool { self == .done || self == .failed }
}
