import Fleet
import Synchronization

/// The present calls by the serial number of their certificate, so that a revocation can end them at once.
///
/// Revoke in the store first, then cut: a call that begins later sees the revocation, and one that began before is
/// registered here.
final class LiveCalls: Sendable {
  /// What a cut has ended.
  struct Cut: Sendable {
    var calls = 0
    var connections = 0
  }

  private struct Present {
    var calls: [String: [UInt64: @Sendable (FleetError) -> Void]] = [:]
    /// The certificates that were cut since this coordinator started; none of their calls begins or continues.
    var cut: [String: FleetError] = [:]
    /// How many calls each host or person has under way, over all its certificates.
    var callers: [String: Int] = [:]
    var last: UInt64 = 0
  }

  /// How many calls of one person are served at a time, over all certificates.
  static let callLimit = 256
  /// How many of one host: its stream, a few images, and the consoles and displays that people look at.
  static let hostCallLimit = 64

  static let revoked = FleetError(
    .denied, "this certificate is revoked", hint: "ask an administrator for a new one")

  private let present = Mutex(Present())
  private let connections: ConnectionLimiter

  /// Registers the calls of a limiter's connections.
  init(connections: ConnectionLimiter) {
    self.connections = connections
  }

  /// Serves a call, until it ends or its certificate is cut.
  /// - Throws: what the call throws; ``FleetError`` with code `denied` once the certificate is cut, whether or not the
  ///   call has noticed by then, and `exhausted` beyond `limit`.
  func serve<Value: Sendable>(
    _ serial: String, of caller: String, limit: Int = LiveCalls.callLimit,
    _ body: @Sendable @escaping () async throws -> Value
  ) async throws -> Value {
    let (ends, end) = AsyncStream.makeStream(
      of: Result<Value, any Error>.self, bufferingPolicy: .bufferingOldest(1))
    let number = try enter(serial, caller, limit) { reason in
      end.yield(.failure(reason))
      end.finish()
    }
    defer { leave(serial, caller, number) }
    let task = Task {
      let outcome: Result<Value, any Error>
      do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      end.yield(outcome)
      end.finish()
      return try outcome.get()
    }
    return try await withTaskCancellationHandler {
      for await outcome in ends {
        task.cancel()
        return try outcome.get()
      }
      // A cancelled call is still awaited.
      return try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Ends every call of a certificate and closes its connections; none of its calls begins any more.
  @discardableResult
  func cut(serial: String, because reason: FleetError = LiveCalls.revoked) -> Cut {
    let calls = present.withLock { present in
      present.cut[serial] = reason
      return present.calls.removeValue(forKey: serial) ?? [:]
    }
    for end in calls.values { end(reason) }
    return Cut(calls: calls.count, connections: connections.close(serial: serial))
  }

  /// Cuts several certificates.
  @discardableResult
  func cut(serials: some Sequence<String>, because reason: FleetError = LiveCalls.revoked) -> Cut {
    serials.reduce(into: Cut()) { sum, serial in
      let cut = cut(serial: serial, because: reason)
      sum.calls += cut.calls
      sum.connections += cut.connections
    }
  }

  /// Refuses a certificate that was cut since this coordinator started.
  func check(_ serial: String) throws(FleetError) {
    if let reason = present.withLock({ $0.cut[serial] }) { throw reason }
  }

  /// The number of present calls of a certificate.
  func count(serial: String) -> Int { present.withLock { $0.calls[serial]?.count ?? 0 } }

  /// Counts a part of a call that reads what the caller sends before there is an answer to produce.
  /// - Throws: like ``serve(_:of:limit:_:)``; a cut closes the connection, which ends the part.
  func count<Value: Sendable>(
    _ serial: String, of caller: String, limit: Int, during body: () async throws -> Value
  ) async throws -> Value {
    let number = try enter(serial, caller, limit) { _ in }
    defer { leave(serial, caller, number) }
    return try await body()
  }

  private func enter(
    _ serial: String, _ caller: String, _ limit: Int, _ end: @escaping @Sendable (FleetError) -> Void
  ) throws(FleetError) -> UInt64 {
    let entered = present.withLock { present -> Result<UInt64, FleetError> in
      if let reason = present.cut[serial] { return .failure(reason) }
      guard present.callers[caller, default: 0] < limit else {
        return .failure(
          FleetError(.exhausted, "\(caller.printable) has \(limit) calls under way already", retryable: true))
      }
      present.last &+= 1
      present.callers[caller, default: 0] += 1
      present.calls[serial, default: [:]][present.last] = end
      return .success(present.last)
    }
    return try entered.get()
  }

  private func leave(_ serial: String, _ caller: String, _ number: UInt64) {
    present.withLock { present in
      let rest = present.callers[caller, default: 1] - 1
      present.callers[caller] = rest > 0 ? rest : nil
      present.calls[serial]?[number] = nil
      if present.calls[serial]?.isEmpty == true { present.calls[serial] = nil }
    }
  }
}
