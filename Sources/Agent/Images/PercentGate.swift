internal import Synchronization

/// Lets word of progress through once for each hundredth, so that a large image does not flood the link.
final class PercentGate: Sendable {
  private let last = Mutex(-1)

  /// True if `fraction` is in another hundredth than the one let through before.
  func passes(_ fraction: Double) -> Bool {
    // BOUNDED: from 0 to 100; the larger of 0 and not a number is 0.
    let percent = Int(max(0, min(1, fraction)) * 100)
    return last.withLock { last in
      defer { last = percent }
      return last != percent
    }
  }
}
