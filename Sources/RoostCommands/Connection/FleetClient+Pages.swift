internal import GRPCCore
internal import Synchronization

extension FleetClient {
  /// The call of a listing: makes it with these options, and has the answer read by this handler.
  typealias ListingCall<Page: Sendable> =
    @Sendable (
      CallOptions, @Sendable @escaping (StreamingClientResponse<Page>) async throws -> Void
    ) async throws -> Void

  /// Makes the call of a listing and hands on its pages as they come.
  ///
  /// The time limit is that of the wait for one page: what is done with a page may take as long as it likes, as when a
  /// pager reads it.
  /// - Parameters:
  ///   - state: what the pages are added to.
  ///   - add: adds a page; false if no more are wanted.
  /// - Returns: the state with all pages.
  func pages<Page: Sendable, State: Sendable>(
    into state: State, _ call: @escaping ListingCall<Page>,
    add: @Sendable @escaping (inout State, Page) throws -> Bool
  ) async throws -> State {
    let reading = PageReading(state)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await call(stream) { response in
          for try await page in response.messages {
            guard try reading.take({ try add(&$0, page) }) else { return }
          }
        }
      }
      group.addTask {
        try await reading.waitsLonger(than: timeout)
        throw RPCError(code: .deadlineExceeded, message: "the coordinator did not answer within \(timeout)")
      }
      defer { group.cancelAll() }
      try await group.next()
    }
    return reading.state
  }
}

/// The pages read so far, and whether the next one is waited for.
private final class PageReading<State: Sendable>: Sendable {
  private let content: Mutex<State>
  private let wait = Mutex((pages: 0, isWaiting: true))

  init(_ state: State) { content = Mutex(state) }

  var state: State { content.withLock { $0 } }

  /// Adds a page.
  func take(_ add: (inout sending State) throws -> Bool) rethrows -> Bool {
    wait.withLock { $0.isWaiting = false }
    defer { wait.withLock { $0 = ($0.pages &+ 1, true) } }
    return try content.withLock { try add(&$0) }
  }

  /// Returns once one wait takes longer than that, at the latest after twice the time.
  func waitsLonger(than limit: Duration) async throws {
    while true {
      let before = wait.withLock { $0 }
      try await Task.sleep(for: limit)
      let now = wait.withLock { $0 }
      if before.isWaiting, now.isWaiting, before.pages == now.pages { return }
    }
  }
}
