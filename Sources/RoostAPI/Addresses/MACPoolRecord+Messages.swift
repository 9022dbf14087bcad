package import Fleet
package import RoostProto

extension MACPoolRecord: MessageDecodable {
  package init(_ message: Roost_V1_MACPool, at path: FieldPath) throws(FleetError) {
    let pool = try MACPool(
      name: message.name, first: try path.mac(message.first, "first"), last: try path.mac(message.last, "last"))
    self.init(
      pool: pool, selector: try MACPoolSelector(network: message.network, label: message.label),
      cursor: message.cursor, createdAt: try path.moment(message.createdAt, "created_at"))
  }

  /// The pool as the wire carries it.
  package var message: Roost_V1_MACPool {
    var result = Roost_V1_MACPool()
    result.name = pool.name
    result.first = pool.first.description
    result.last = pool.last.description
    switch selector {
    case .network(let name): result.network = name
    case .label(let key, let value): result.label = "\(key)=\(value)"
    case .fleet: break
    }
    result.cursor = cursor
    result.createdAt = createdAt.milliseconds
    return result
  }
}

extension MACPoolSelector {
  /// Reads a selector from flags: a network or `KEY=VALUE`, not both; neither selects the fleet.
  /// - Throws: ``FleetError`` with code `invalid`.
  package init(network: String, label: String) throws(FleetError) {
    guard network.isEmpty || label.isEmpty else {
      throw FleetError(.invalid, "a MAC pool serves a network or a label, not both")
    }
    guard !label.isEmpty else {
      self = network.isEmpty ? .fleet : .network(network)
      return
    }
    let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    // BOUNDED: there are two parts.
    guard parts.count == 2, !parts[0].isEmpty else {
      throw FleetError(.invalid, "\"\(label.printable)\" is not a label", hint: "write KEY=VALUE")
    }
    // BOUNDED: there are two parts.
    self = .label(key: parts[0], value: parts[1])
  }
}

extension MACPoolStatus: MessageDecodable {
  package init(_ message: Roost_V1_MACPoolStatus, at path: FieldPath) throws(FleetError) {
    let seconds = message.runsOutInSeconds
    for (name, count) in [
      ("allocated", message.allocated), ("reserved", message.reserved), ("quarantined", message.quarantined),
      ("observed", message.observed),
    ] where count > 1 << 48 { throw path.invalid(name, "is more than there are addresses: \(count)") }
    self.init(
      record: try MACPoolRecord(message.pool, at: path.field("pool")),
      use: MACPoolUsage(
        allocated: message.allocated, reserved: message.reserved, quarantined: message.quarantined,
        observed: message.observed),
      runsOutInSeconds: seconds.isFinite && seconds >= 0 ? seconds : nil)
  }

  /// The status as the wire carries it.
  package var message: Roost_V1_MACPoolStatus {
    var result = Roost_V1_MACPoolStatus()
    result.pool = record.message
    result.allocated = use.allocated
    result.reserved = use.reserved
    result.quarantined = use.quarantined
    result.observed = use.observed
    result.runsOutInSeconds = runsOutInSeconds ?? -1
    return result
  }
}

extension PoolCursors {
  /// Reads cursors by ranges such as `02:16:3e:00:00:00-02:16:3e:00:00:ff`.
  /// - Throws: ``FleetError`` with code `invalid` for a malformed range, and for a cursor past the last address.
  package init(_ message: [String: UInt64], at path: FieldPath = FieldPath()) throws(FleetError) {
    self.init()
    for (text, cursor) in message {
      let range: MACRange
      do { range = try MACRange(parsing: text) } catch { throw path.invalid(text.printable, error.message) }
      guard cursor <= Self.highest else { throw path.invalid(text.printable, "the cursor is past the last address") }
      raise(range, to: cursor)
    }
  }

  /// The cursors as the wire carries them.
  package var message: [String: UInt64] {
    Dictionary(byRange.map { ($0.key.description, $0.value) }, uniquingKeysWith: max)
  }
}
