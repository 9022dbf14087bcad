internal import Fleet
package import GRPCCore
package import SwiftProtobuf

/// Writes the rows of a listing as pages; see "Listings" in common.proto.
///
/// A client that does not read its pages ends the call, since what is listed stays in memory until then.
package struct PageWriter<Page: SwiftProtobuf.Message & Sendable> {
  private let mostRows: Int?
  private let each: Page
  private let response: RPCWriter<Page>
  private let pause: @Sendable (Duration) async throws -> Void
  private var page: Page
  private var rows = 0
  private var bytes: Int
  private var isBegun = false

  /// Begins a listing.
  /// - Parameters:
  ///   - pageSize: the client's `page_size`; with 0 all rows are one page.
  ///   - each: what every page has besides its rows.
  ///   - first: what the first page has besides its rows, if it is more.
  ///   - pause: lets the time pass that a page waits for its client, by default on the monotonic clock.
  package init(
    _ pageSize: UInt32, each: Page = Page(), first: Page? = nil, to response: RPCWriter<Page>,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.pause = pause
    mostRows = pageSize == 0 ? nil : min(Int(clamping: pageSize), PageLimit.rows)
    self.each = each
    self.response = response
    page = first ?? each
    bytes = MessageSize.atMost(page)
  }

  /// Adds a row to one of a page's lists, and writes the page before it if it is full.
  package mutating func add<Row: SwiftProtobuf.Message>(
    _ row: Row, to list: WritableKeyPath<Page, [Row]>
  ) async throws {
    if let mostRows {
      // BOUNDED: sizes of what is in memory.
      let size = MessageSize.atMost(row) + 8
      if rows >= mostRows || rows > 0 && bytes + size > PageLimit.bytes { try await write() }
      // BOUNDED: sizes of what is in memory.
      bytes += size
    }
    page[keyPath: list].append(row)
    // BOUNDED: counts rows in memory.
    rows += 1
  }

  /// Writes the last page; a listing without rows is one page.
  package mutating func end() async throws {
    if rows > 0 || !isBegun { try await write() }
  }

  /// - Throws: ``FleetError`` with code `timedOut` if the client does not read for ``PageLimit/patience``.
  private mutating func write() async throws {
    isBegun = true
    let (page, response, pause) = (page, response, pause)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await response.write(page) }
      group.addTask {
        try await pause(PageLimit.patience)
        throw FleetError(
          .timedOut, "the client has not read this listing for \(PageLimit.patience.components.seconds) s, so it ends",
          hint: "ask again, and read all of it", retryable: true)
      }
      defer { group.cancelAll() }
      try await group.next()
    }
    self.page = each
    rows = 0
    bytes = MessageSize.atMost(each)
  }
}

/// How large pages are.
package enum PageLimit {
  /// The most bytes of a page, as ``MessageSize`` counts them.
  package static let bytes = 1 << 20
  /// The most rows of a page.
  package static let rows = 4096
  /// How long a page waits for its client to read.
  package static let patience: Duration = .seconds(60)
  /// The rows that Roost's own clients request: enough that the pages' own cost does not count, and few enough that
  /// the first comes soon.
  package static let usual: UInt32 = 500
}
