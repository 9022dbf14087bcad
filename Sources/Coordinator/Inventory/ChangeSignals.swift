import Fleet
import Synchronization

/// Wakes whoever waits for a host or a VM, when that has changed; a change costs what its own waiters cost.
final class ChangeSignals: Sendable {
  private struct Waiter {
    let vm: VMID?
    let continuation: AsyncStream<Void>.Continuation
  }

  private struct State {
    var hosts: [HostID: [UInt64: Waiter]] = [:]
    /// The same waiters by VM, with their hosts.
    var vms: [VMID: [UInt64: HostID]] = [:]
    var last: UInt64 = 0
    var wakeups = 0
  }

  private let state = Mutex(State())

  /// How often somebody was woken.
  var wakeups: Int { state.withLock { $0.wakeups } }

  /// How many wait now.
  var count: Int { state.withLock { $0.hosts.values.reduce(0) { $0 + $1.count } } }

  /// A signal after each change from now on; several changes may share one. Whoever stops listening is forgotten.
  /// - Parameter vm: whose changes count beside those of the host itself; nil for no VM's.
  func changes(of vm: VMID?, on host: HostID) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      // BOUNDED: a number for each wait of this process.
      state.last += 1
      state.hosts[host, default: [:]][state.last] = Waiter(vm: vm, continuation: continuation)
      if let vm { state.vms[vm, default: [:]][state.last] = host }
      return state.last
    }
    continuation.onTermination = { [weak self] _ in self?.forget(number, vm, host) }
    return stream
  }

  private func forget(_ number: UInt64, _ vm: VMID?, _ host: HostID) {
    // What was forgotten is let go of outside of the lock.
    _ = state.withLock { state in
      if let vm {
        state.vms[vm]?[number] = nil
        if state.vms[vm]?.isEmpty == true { state.vms[vm] = nil }
      }
      let waiter = state.hosts[host]?.removeValue(forKey: number)
      if state.hosts[host]?.isEmpty == true { state.hosts[host] = nil }
      return waiter
    }
  }

  /// Wakes whoever waits for a host, or for a VM on it.
  func wake(host id: HostID) {
    state.withLock { state in
      for waiter in (state.hosts[id] ?? [:]).values { Self.wake(waiter, &state.wakeups) }
    }
  }

  /// Wakes whoever waits for a VM on a host that has changed there.
  /// - Parameter hasChanged: is called with a lock held, so it does nothing else.
  func wake(on host: HostID, where hasChanged: (VMID) -> Bool) {
    state.withLock { state in
      for waiter in (state.hosts[host] ?? [:]).values {
        if let vm = waiter.vm, hasChanged(vm) { Self.wake(waiter, &state.wakeups) }
      }
    }
  }

  /// Wakes whoever waits for a VM, wherever it is.
  func wake(vm id: VMID) {
    state.withLock { state in
      for (number, host) in state.vms[id] ?? [:] {
        if let waiter = state.hosts[host]?[number] { Self.wake(waiter, &state.wakeups) }
      }
    }
  }

  private static func wake(_ waiter: Waiter, _ wakeups: inout Int) {
    waiter.continuation.yield()
    wakeups &+= 1
  }
}
