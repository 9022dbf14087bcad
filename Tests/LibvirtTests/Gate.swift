import Foundation

/// A gate that holds threads until it is opened.
final class Gate: @unchecked Sendable {
  // Every access to `isOpen` is under the condition's lock.
  private let condition = NSCondition()
  private var isOpen = false

  /// Blocks the calling thread until the gate is open.
  func pass() {
    condition.withLock {
      while !isOpen { condition.wait() }
    }
  }

  /// Opens the gate for good.
  func open() {
    condition.withLock {
      isOpen = true
      condition.broadcast()
    }
  }
}
