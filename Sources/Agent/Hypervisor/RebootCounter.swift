package import Fleet
internal import Synchronization

/// Which guests were seen to boot again, and in what order. Written by events, read by whoever waits for a boot.
package final class RebootCounter: Sendable {
  /// How many guests are kept apart; beyond that the oldest boots are forgotten.
  private static let limit = 4096

  private struct State {
    var last: UInt64 = 0
    var boots: [VMID: UInt64] = [:]
  }

  private let state = Mutex(State())

  /// Makes a tally of nothing.
  package init() {}

  /// Notes that a guest booted again.
  package func note(_ id: VMID) {
    state.withLock { state in
      if state.boots.count >= Self.limit { state.boots = [:] }
      state.last += 1
      state.boots[id] = state.last
    }
  }

  /// A number that grows each time the guest boots again; 0 before the first.
  package func mark(of id: VMID) -> UInt64 { state.withLock { $0.boots[id] ?? 0 } }
}
