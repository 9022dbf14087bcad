import Synchronization

/// What happened to the connections of all hosts, and which the coordinator ended though their hosts lived.
package final class LinkTally: Sendable {
  private struct State {
    /// Of each host: whether it is welcomed, and during which run of the coordinator its connection was begun.
    var welcomed: [Bool]
    var runs: [Int]
    var run = 0
    var isServing = true
    var waits: [Duration] = []
    var lost = 0
  }

  private let state: Mutex<State>

  package init(hosts: Int) {
    state = Mutex(State(welcomed: Array(repeating: false, count: hosts), runs: Array(repeating: 0, count: hosts)))
  }

  /// How many hosts are welcomed now.
  package var welcomed: Int { state.withLock { $0.welcomed.count { $0 } } }

  /// Notes a change of a host's connection.
  package func note(_ change: LinkChange, of host: Int) {
    state.withLock { state in
      switch change {
      case .begun: state.runs[host] = state.run
      case .welcomed(let wait):
        state.welcomed[host] = true
        state.waits.append(wait)
      case .ended(let byHost):
        state.welcomed[host] = false
        if !byHost, state.isServing, state.runs[host] == state.run { state.lost += 1 }
      }
    }
  }

  /// The coordinator is killed: that its connections end is no fault.
  package func coordinatorEnds() {
    state.withLock { state in
      state.run += 1
      state.isServing = false
    }
  }

  /// It serves again.
  package func coordinatorServes() { state.withLock { $0.isServing = true } }

  /// The waits for each welcome, and how many connections the coordinator ended, since this was called last.
  package func take() -> (waits: [Duration], lost: Int) {
    state.withLock { state in
      defer { (state.waits, state.lost) = ([], 0) }
      return (state.waits, state.lost)
    }
  }
}
