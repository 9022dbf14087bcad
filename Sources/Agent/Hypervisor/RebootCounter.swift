package import Fleet
internal import Synchronization

/// Counts the reboots of guests, in order. Events write it; actions that wait for a reboot read it.
package final class RebootCounter: Sendable {
  /// The most guests that are counted; beyond that the oldest reboots are forgotten.
  private static let limit = 4096

  private struct State {
    var last: UInt64 = 0
    var boots: [VMID: UInt64] = [:]
  }

  private let state = Mutex(State())

  /// Makes an empty counter.
  package init() {}

  /// Records a reboot of a guest.
  package func note(_ id: VMID) {
    state.withLock { state in
      if state.boots.count >= Self.limit { state.boots = [:] }
      state.last += 1
      state.boots[id] = state.last
    }
  }

  /// A number that grows with each reboot of the guest; 0 before the first.
  package func mark(of id: VMID) -> UInt64 { state.withLock { $0.boots[id] ?? 0 } }
}
