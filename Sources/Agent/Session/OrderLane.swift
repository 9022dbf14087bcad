internal import Fleet

/// Orders of one stream that are carried out one after the other, beside the stream: a disk that is slow holds the
/// orders that follow, and neither consoles nor questions.
struct OrderLane: Sendable {
  typealias Order = @Sendable () async -> Void

  /// How many orders wait at most; the coordinator keeps no more for an agent either.
  static let limit = 1024

  private let orders: AsyncStream<Order>
  private let continuation: AsyncStream<Order>.Continuation

  init(limit: Int = OrderLane.limit) {
    (orders, continuation) = AsyncStream.makeStream(of: Order.self, bufferingPolicy: .bufferingOldest(limit))
  }

  /// Puts an order behind those that wait, and returns at once.
  /// - Throws: ``FleetError`` with code `exhausted` if too many wait.
  func add(_ order: @escaping Order) throws(FleetError) {
    guard case .enqueued = continuation.yield(order) else {
      throw FleetError(
        .exhausted, "\(Self.limit) orders wait for this host, whose disk does not keep up", retryable: true)
    }
  }

  /// Carries the orders out, until the task is cancelled; an order that has begun is not broken off.
  func run() async {
    for await order in orders { await order() }
  }
}
