import Fleet
import RoostProto
import Scheduling
import Store

/// The VMs that a listing shows, in its order, at one moment; their rows are made one by one.
struct VMListing: Sendable {
  /// A VM of the listing.
  struct Entry: Sendable {
    let name: String
    let host: String
    let id: VMID
    /// The host of an unmanaged VM; nil for a managed one.
    let place: HostID?
  }

  /// Of so many VMs at most the conflicts are looked up one by one, else those of the fleet are computed at once.
  private static let mostLookedUp = 256

  /// The VMs by name, then host and id.
  let entries: [Entry]
  private let view: FleetView
  private let isSearch: Bool

  /// Chooses VMs.
  /// - Parameters:
  ///   - host: the only host, or nil for all.
  ///   - found: the VMs that a search by address found, or nil for all.
  init(_ view: FleetView, on host: HostEntry?, among found: [VMSummary]?, _ filter: VMFilter) {
    self.view = view
    isSearch = found != nil
    var entries: [Entry] = []
    func add(_ entry: Entry) {
      guard filter.matches(name: entry.name), host.map({ $0.host.name == entry.host }) ?? true else { return }
      entries.append(entry)
    }
    func entry(of vm: ManagedVM) -> Entry {
      Entry(name: vm.spec.name, host: view.hosts[vm.hostID]?.host.name ?? vm.host, id: vm.id, place: nil)
    }
    if let found {
      for summary in found {
        if summary.managed {
          if let vm = view.vms[summary.id] { add(entry(of: vm)) }
        } else if let place = view.host(summary.host) {
          add(Entry(name: summary.name, host: summary.host, id: summary.id, place: place.host.id))
        }
      }
    } else {
      for vm in view.vms.values { add(entry(of: vm)) }
      for place in host.map({ [$0] }) ?? Array(view.hosts.values) {
        for domain in place.domains.values where view.vms[domain.id]?.hostID != place.host.id {
          add(Entry(name: domain.name, host: place.host.name, id: domain.id, place: place.host.id))
        }
      }
    }
    if filter.needsRows {
      entries = entries.filter { entry in
        Self.summary(of: entry, view).map { filter.matches($0, view.vms[$0.id]) } ?? false
      }
    }
    self.entries = entries.sorted { ($0.name, $0.host, $0.id) < ($1.name, $1.host, $1.id) }
  }

  private static func summary(of entry: Entry, _ view: FleetView) -> VMSummary? {
    guard let place = entry.place else { return view.vms[entry.id].map { view.summary(of: $0) } }
    guard let home = view.hosts[place], let domain = home.domains[entry.id] else { return nil }
    return view.summary(ofUnmanaged: domain, on: home)
  }
}

extension VMListing {
  /// What rows tell besides the VM itself.
  struct Details: Sendable {
    fileprivate var conflicts: [VMID: [String]]
    /// By owner; nil if they are looked up for each row.
    fileprivate var duplicates: [AddressOwner: [DuplicateVM]]?
    fileprivate var busy: Set<VMID>
    fileprivate var last: [VMID: FleetOperation]
  }

  /// What the store has about the listed VMs.
  struct Records: Sendable {
    fileprivate var ledger: LedgerSlice
    fileprivate var busy: Set<VMID>
    fileprivate var last: [VMID: FleetOperation]
  }

  /// True if only what concerns the listed VMs is examined.
  private var isNarrow: Bool { isSearch || entries.count <= Self.mostLookedUp }

  /// Reads what ``details(_:)`` needs.
  func records(_ reader: FleetSnapshotReader) throws -> Records {
    let missing = view.missing(among: entries.filter { $0.place == nil }.map(\.id))
    return Records(
      ledger: isNarrow ? try LedgerSlice.of(macs, reader) : try .contested(in: view, reader),
      busy: try reader.busyVMs(), last: try reader.newestOperations(of: missing))
  }

  /// Conflicts, duplicates and notes of the listed VMs.
  func details(_ records: Records) -> Details {
    Details(
      conflicts: view.conflictSentences(records.ledger, of: isNarrow ? macs : nil),
      duplicates: isSearch ? nil : isNarrow ? view.duplicates(ofDomains: Set(entries.map(\.id))) : view.allDuplicates,
      busy: records.busy, last: records.last)
  }

  /// Every address that one of the VMs has, in any configuration.
  private var macs: Set<MACAddress> {
    var macs: Set<MACAddress> = []
    for entry in entries {
      let vm = entry.place == nil ? view.vms[entry.id] : nil
      macs.formUnion(vm?.allocations.macs ?? [])
      let home = (entry.place ?? vm?.hostID).flatMap { view.hosts[$0] }
      macs.formUnion(home?.domains[entry.id]?.macs ?? [])
    }
    return macs
  }

  /// A VM as the listing shows it.
  func row(of entry: Entry, _ details: Details) -> VMSummary? {
    guard var row = Self.summary(of: entry, view) else { return nil }
    row.conflicts = details.conflicts[row.id] ?? []
    if let duplicates = details.duplicates {
      row.duplicates = duplicates[AddressOwner(vm: row.name, vmID: row.id, host: row.host)] ?? []
    } else {
      row.duplicates = view.duplicates(of: row)
    }
    row.notes = view.notes(of: row, isBusy: details.busy.contains(row.id), last: details.last[row.id])
    return row
  }
}
