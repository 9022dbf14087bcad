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
  /// pager reads it. Meanwhile the next ones are read, since the coordinator does not keep a listing for long.
  /// - Parameters:
  ///   - state: what the pages are added to.
  ///   - add: adds a page; false if no more are wanted.
  /// - Returns: the state with all pages.
  func pages<Page: Sendable, State: Sendable>(
    into state: State, _ call: @escaping ListingCall<Page>,
    add: @Sendable @escaping (inout State, Page) throws -> Bool
  ) async throws -> State {
    let reading = PageReading()
    // BOUNDED: the pages of one listing, which the coordinator has in memory too.
    let (pages, page) = AsyncThrowingStream.makeStream(of: Page.self)
    return try await withThrowingTaskGroup(of: State?.self) { group in
      group.addTask {
        do {
          try await call(stream) { response in
            for try await next in response.messages {
              reading.hasArrived()
              page.yield(next)
            }
          }
          page.finish()
        } catch {
          // Only after the pages that came before.
          page.finish(throwing: error)
        }
        reading.end()
        return nil
      }
      group.addTask {
        var state = state
        for try await page in pages {
          guard try add(&state, page) else { break }
        }
        // The stream of a task that is cancelled ends without an error.
        try Task.checkCancellation()
        return state
      }
      group.addTask {
        try await reading.waitsLonger(than: timeout)
        throw RPCError(code: .deadlineExceeded, message: "the coordinator did not answer within \(timeout)")
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }
}

/// How many pages have come, and whether the next one is waited for.
private final class PageReading: Sendable {
  private let wait = Mutex((pages: 0, isWaiting: true))

  /// Counts a page.
  func hasArrived() { wait.withLock { $0.pages &+= 1 } }

  /// Ends the wait: no more pages come.
  func end() { wait.withLock { $0.isWaiting = false } }

  /// Returns once one wait takes longer than that, at the latest after twice the time.
  func waitsLonger(than limit: Duration) async throws {
    while true {
      let before = wait.withLock { $0.pages }
      try await Task.sleep(for: limit)
      let now = wait.withLock { $0 }
      if now.isWaiting, before == now.pages { return }
    }
  }
}
