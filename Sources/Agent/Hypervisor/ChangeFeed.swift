package import Fleet
internal import Libvirt
internal import Synchronization

/// What changed on a host since the last query: a set, so that a thousand events of one domain are one change.
///
/// Writers never wait, and the set is bounded: beyond ``limit`` domains it says "everything" instead.
package final class ChangeFeed: Sendable {
  /// What changed.
  package struct Batch: Hashable, Sendable {
    /// Domains to look at again; they may be gone.
    package var domains: Set<VMID> = []
    /// True if a network or pool changed.
    package var host = false
    /// True if everything must be examined again.
    package var everything = false
    /// True if libvirt was lost or came back.
    package var state = false

    /// Makes an empty batch.
    package init() {}

    /// True if nothing changed.
    package var isEmpty: Bool { domains.isEmpty && !host && !everything && !state }
  }

  /// The most domains in a batch.
  package static let limit = 4096

  private struct State {
    var pending = Batch()
    /// The reader, while it waits.
    var waiter: CheckedContinuation<Void, Never>?

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  private let state = Mutex(State())

  /// Makes an empty feed.
  package init() {}

  /// True while a reader waits for a change.
  var isAwaited: Bool { state.withLock { $0.waiter != nil } }

  /// Records a change.
  package func note(_ change: (inout Batch) -> Void) {
    let waiter = state.withLock { state in
      change(&state.pending)
      if state.pending.domains.count > Self.limit {
        state.pending.domains = []
        state.pending.everything = true
      }
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Takes the changes without waiting.
  package func take() -> Batch {
    state.withLock { state in
      defer { state.pending = Batch() }
      return state.pending
    }
  }

  /// Waits for a change and takes all; nil when the reading task is cancelled. The next reader continues.
  package func next() async -> Batch? {
    while !Task.isCancelled {
      let batch = take()
      if !batch.isEmpty { return batch }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let ready = state.withLock { state in
            if !state.pending.isEmpty || Task.isCancelled { return [continuation, state.takeWaiter()] }
            defer { state.waiter = continuation }
            return [state.takeWaiter()]
          }
          for waiter in ready { waiter?.resume() }
        }
      } onCancel: {
        state.withLock { $0.takeWaiter() }?.resume()
      }
    }
    return nil
  }
}

extension ChangeFeed.Batch {
  /// Records what an event of libvirt indicates.
  mutating func add(_ event: Event) {
    switch event {
    case .domainLifecycle(let identity, _), .domainRebooted(let identity), .deviceAdded(let identity, _),
      .deviceRemoved(let identity, _), .metadataChanged(let identity, _):
      if let id = VMID(identity.uuid) { domains.insert(id) }
    case .networkLifecycle, .poolLifecycle: host = true
    case .connectionClosed: break
    case .overflow: everything = true
    }
  }
}
