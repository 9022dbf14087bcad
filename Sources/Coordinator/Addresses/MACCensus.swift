import Fleet
import Scheduling
import Store

/// The addresses of which the ledger knows more than the inventory: enough to count all, without reading the owners.
struct MACCensus: Sendable {
  /// Reserved one by one.
  var reserved: [MACAddress] = []
  /// In quarantine, with its end, also if it is over.
  var quarantined: [(mac: MACAddress, until: Timestamp)] = []
  /// Sighted on domains, each as often as it is sighted.
  var seen: [MACAddress] = []
  /// Reserved for DHCP, each as often as it is sighted.
  var fixed: [MACAddress] = []
  /// How many ranges are reserved.
  var ranges = 0

  init() {}

  init(_ reader: FleetSnapshotReader) throws(FleetError) {
    reserved = try reader.reservedMACs().map(\.mac)
    quarantined = try reader.quarantinedMACs()
    seen = try reader.sightedMACs(.domain)
    fixed = try reader.sightedMACs(.dhcp)
    ranges = try reader.macReservations().count
  }
}

extension FleetView {
  /// How many addresses have each state, of those that ``macEntries(_:about:now:)`` lists.
  ///
  /// An address that only one VM has is counted with the others of its kind, as the index has them; the rest is looked
  /// at one by one.
  /// - Parameter conflicts: the addresses in conflict.
  func macCounts(_ census: MACCensus, conflicts: [AddressConflict], now: Timestamp) -> [LedgerState: Int] {
    var states: [MACAddress: LedgerState] = [:]
    for mac in index.contestedMACs { states[mac] = plainState(of: mac) }
    for mac in census.fixed { states[mac] = plainState(of: mac) ?? .reserved }
    for mac in census.seen where index.unmanagedMACs[mac] == nil { states[mac] = plainState(of: mac) ?? .observed }
    for (mac, until) in census.quarantined {
      if until > now { states[mac] = .quarantined } else if states[mac] == nil {
        states[mac] = plainState(of: mac) ?? .retired
      }
    }
    for mac in census.reserved { states[mac] = .reserved }
    for conflict in conflicts { states[conflict.entry.mac] = .conflict }
    var counts: [LedgerState: Int] = [
      .allocated: index.managed.macs.count - states.keys.count { index.managed.macs[$0] != nil },
      // An address of both kinds is contested, so it is one of those that are looked at.
      .observed: index.unmanagedMACs.count - states.keys.count { index.unmanagedMACs[$0] != nil },
    ]
    for state in states.values { counts[state, default: 0] += 1 }
    if census.ranges > 0 { counts[.reserved, default: 0] += census.ranges }
    return counts.filter { $0.value != 0 }
  }

  /// The state of an address by the VMs alone; nil if none has it.
  private func plainState(of mac: MACAddress) -> LedgerState? {
    if index.managed.macs[mac] != nil { return .allocated }
    return index.unmanagedMACs[mac] == nil ? nil : .observed
  }
}
