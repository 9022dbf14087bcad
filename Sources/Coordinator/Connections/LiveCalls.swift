import Fleet
import Synchronization

/// The calls that are being served, by the serial number of the certificate that they came with, so that whoever
/// revokes a certificate can end them at once.
///
/// Revoke in the store first, then cut: a call that begins later finds the revocation there, and one that began before
/// stands here.
final class LiveCalls: Sendable {
  /// What was cut.
  struct Cut: Sendable {
    var calls = 0
    var connections = 0
  }

  private struct Present {
    var calls: [String: [UInt64: @Sendable (FleetError) -> Void]] = [:]
    /// Serial numbers that were cut in this term: no call of theirs begins or goes on.
    var cut: [String: FleetError] = [:]
    var last: UInt64 = 0
  }

  /// How many calls of one certificate are served at a time.
  static let callLimit = 256

  static let revoked = FleetError(
    .denied, "this certificate is revoked", hint: "ask an administrator for a new one")

  private let present = Mutex(Present())
  private let connections: ConnectionLimiter

  /// Keeps the calls that come over some connections.
  init(connections: ConnectionLimiter) {
    self.connections = connections
  }

  /// Serves a call, until it ends or its certificate is cut.
  /// - Throws: what the call throws; ``FleetError`` with code `denied` once the certificate is cut, whether or not the
  ///   call has noticed by then, and `exhausted` beyond ``callLimit``.
  func serve<Value: Sendable>(
    _ serial: String, _ body: @Sendable @escaping () async throws -> Value
  ) async throws -> Value {
    let (ends, end) = AsyncStream.makeStream(
      of: Result<Value, any Error>.self, bufferingPolicy: .bufferingOldest(1))
    let number = try enter(serial) { reason in
      end.yield(.failure(reason))
      end.finish()
    }
    defer { leave(serial, number) }
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
      // Who is cancelled waits for the call to come to its end.
      return try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Ends every call of a certificate, and closes the connections that it opened; none of its calls begins any more.
  @discardableResult
  func cut(serial: String, because reason: FleetError = LiveCalls.revoked) -> Cut {
    let calls = present.withLock { present in
      present.cut[serial] = reason
      return present.calls.removeValue(forKey: serial) ?? [:]
    }
    for end in calls.values { end(reason) }
    return Cut(calls: calls.count, connections: connections.close(serial: serial))
  }

  /// The same for several certificates.
  @discardableResult
  func cut(serials: some Sequence<String>, because reason: FleetError = LiveCalls.revoked) -> Cut {
    serials.reduce(into: Cut()) { sum, serial in
      let cut = cut(serial: serial, because: reason)
      sum.calls += cut.calls
      sum.connections += cut.connections
    }
  }

  /// Refuses a certificate that was cut in this term.
  func check(_ serial: String) throws(FleetError) {
    if let reason = present.withLock({ $0.cut[serial] }) { throw reason }
  }

  /// How many calls of a certificate are being served.
  func count(serial: String) -> Int { present.withLock { $0.calls[serial]?.count ?? 0 } }

  private func enter(_ serial: String, _ end: @escaping @Sendable (FleetError) -> Void) throws(FleetError) -> UInt64 {
    let entered = present.withLock { present -> Result<UInt64, FleetError> in
      if let reason = present.cut[serial] { return .failure(reason) }
      guard present.calls[serial]?.count ?? 0 < Self.callLimit else {
        return .failure(
          FleetError(.exhausted, "this certificate has \(Self.callLimit) calls under way already", retryable: true))
      }
      present.last &+= 1
      present.calls[serial, default: [:]][present.last] = end
      return .success(present.last)
    }
    return try entered.get()
  }

  private func leave(_ serial: String, _ number: UInt64) {
    present.withLock { present in
      present.calls[serial]?[number] = nil
      if present.calls[serial]?.isEmpty == true { present.calls[serial] = nil }
    }
  }
}
