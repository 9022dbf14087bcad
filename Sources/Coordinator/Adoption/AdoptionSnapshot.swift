import Fleet
import Scheduling
import Store

/// The fleet and the ledger at one moment, as adoptions are checked against them.
///
/// What several adoptions have in common is read once: a crowd of a thousand with one address costs its size, and not
/// its size for each of them.
final class AdoptionSnapshot {
  /// An address that several have.
  struct SharedAddress {
    /// One sentence that names them.
    let sentence: String
    /// Everyone who has it.
    let claimants: [Originals.Claimant]
    /// Who of them is the original; nil for a single claimant.
    let ruling: Originals.Ruling?
    /// True if the ledger names one of them as the owner.
    let isHeld: Bool
    private let vms: Set<VMID?>

    fileprivate init(_ conflict: AddressConflict, _ claimants: [Originals.Claimant]) {
      sentence = conflict.sentence
      self.claimants = claimants
      ruling = claimants.count > 1 ? Originals.ruling(among: claimants) : nil
      isHeld = claimants.contains(where: \.isHeld)
      vms = Set(conflict.entry.claimants.map(\.vmID))
    }

    /// True if anybody but that VM has it, on whatever host.
    func isShared(beyond id: VMID) -> Bool { vms.contains { $0 != id } }
  }

  /// Who was seen with an address, and where.
  private struct Sighter: Hashable {
    let host: HostID
    let vm: VMID
  }

  let view: FleetView
  let reader: FleetSnapshotReader
  /// The addresses that several have, by address; claimants are looked at when an address is asked for.
  private let conflicts: [MACAddress: AddressConflict]
  private var shared: [MACAddress: SharedAddress] = [:]
  private var sightings: [MACAddress: [Sighter: Timestamp]] = [:]
  private lazy var reserved = view.vms.values.reduce(into: [HostID: Reservation]()) { sums, vm in
    sums[vm.hostID] = (sums[vm.hostID] ?? Reservation()) + vm.spec.reservation
  }
  /// How many claimants and sightings were looked at, which is the measure of the work.
  private(set) var looks = 0

  /// - Parameter macs: the addresses of all domains that are to be adopted.
  init(_ view: FleetView, of macs: Set<MACAddress>, in reader: FleetSnapshotReader) throws {
    self.view = view
    self.reader = reader
    let slice = try LedgerSlice.of(macs, reader)
    conflicts = Dictionary(view.allConflicts(slice, of: macs).map { ($0.entry.mac, $0) }) { first, _ in first }
  }

  /// The managed VM of a name; nil if there is none.
  func vm(named name: String) -> ManagedVM? { view.index.managed.names[name].flatMap { view.vms[$0] } }

  /// What the managed VMs of a host reserve.
  func reserved(on host: HostID) -> Reservation { reserved[host] ?? Reservation() }

  /// The hosts that define one domain, by name; empty unless there are several.
  func hosts(defining id: VMID) -> [HostEntry] {
    let found = view.definitions(view.index.ids[id])
    return found.count > 1 ? found.map(\.entry) : []
  }

  /// An address that several have; nil if it is one's own.
  func shared(_ mac: MACAddress) throws -> SharedAddress? {
    if let known = shared[mac] { return known }
    guard let conflict = conflicts[mac] else { return nil }
    let holder = try reader.macHolder(mac)
    let claimants = try conflict.entry.claimants.map { owner in
      try claimant(owner, of: mac, isHeld: owner.vmID == nil || owner.vmID == holder?.owner.vmID)
    }
    let found = SharedAddress(conflict, claimants)
    shared[mac] = found
    return found
  }

  /// When a domain was first seen on a host with one of some addresses; nil if it was not.
  func firstSeen(_ id: VMID, on host: HostID, with macs: Set<MACAddress>) throws -> Timestamp? {
    try macs.compactMap { try seen(with: $0)[Sighter(host: host, vm: id)] }.min()
  }

  private func claimant(_ owner: AddressOwner, of mac: MACAddress, isHeld: Bool) throws -> Originals.Claimant {
    // BOUNDED: a count of what is in memory.
    looks += 1
    guard let id = owner.vmID, let entry = view.host(owner.host), let domain = entry.domains[id] else {
      return Originals.Claimant(owner: owner, isHeld: isHeld || owner.vmID.map { view.vms[$0] != nil } ?? true)
    }
    return Originals.Claimant(
      owner: owner, isHeld: isHeld || view.vms[id] != nil, isActive: domain.state.isActive,
      firstSeen: try firstSeen(id, on: entry.host.id, with: [mac]))
  }

  /// The first of the sightings that have not ended of each VM on each host.
  private func seen(with mac: MACAddress) throws -> [Sighter: Timestamp] {
    if let known = sightings[mac] { return known }
    var found: [Sighter: Timestamp] = [:]
    for sighting in try reader.sightings(of: mac) where sighting.endedAt == nil {
      // BOUNDED: a count of rows.
      looks += 1
      guard let vm = sighting.owner.vmID else { continue }
      let sighter = Sighter(host: sighting.hostID, vm: vm)
      found[sighter] = min(found[sighter] ?? sighting.firstSeen, sighting.firstSeen)
    }
    sightings[mac] = found
    return found
  }
}
