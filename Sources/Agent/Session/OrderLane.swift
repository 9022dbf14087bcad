internal import Fleet

/// Orders of one stream that run one after the other, beside the stream: a slow disk delays the orders that follow, but
/// neither consoles nor queries.
struct OrderLane: Sendable {
  typealias Order = @Sendable () async -> Void

  /// The most orders that wait; the coordinator has the same limit for an agent.
  static let limit = 1024

  private let orders: AsyncStream<Order>
  private let continuation: AsyncStream<Order>.Continuation

  init(limit: Int = OrderLane.limit) {
    (orders, continuation) = AsyncStream.makeStream(of: Order.self, bufferingPolicy: .bufferingOldest(limit))
  }

  /// Queues an order and returns at once.
  /// - Throws: ``FleetError`` with code `exhausted` if too many wait.
  func add(_ order: @escaping Order) throws(FleetError) {
    guard case .enqueued = continuation.yield(order) else {
      throw FleetError(
        .exhausted, "\(Self.limit) orders wait for this host, whose disk does not keep up", retryable: true)
    }
  }

  /// Runs the orders until the task is cancelled; an order that has begun is completed.
  func run() async {
    for await order in orders { await order() }
  }
}
