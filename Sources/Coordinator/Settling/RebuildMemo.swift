import Fleet

/// Which domains were looked at while a database is rebuilt, and which of them could not be taken in.
actor RebuildMemo {
  /// A domain that could not be taken in.
  struct Failure: Sendable {
    let vm: String
    let vmID: VMID
    let host: String
    let error: FleetError
  }

  private struct Place: Hashable {
    let vm: VMID
    let host: HostID
  }

  private var tried: [Place: Int64] = [:]
  private var failed: [VMID: Failure] = [:]

  /// The domains that could not be taken in, by name.
  var failures: [Failure] { failed.values.sorted { ($0.vm, $0.host) < ($1.vm, $1.host) } }

  /// True the first time a domain is met at a revision.
  func isNew(_ vm: VMID, on host: HostID, _ revision: Int64) -> Bool {
    let place = Place(vm: vm, host: host)
    guard tried[place] != revision else { return false }
    tried[place] = revision
    return true
  }

  /// Lets a domain be tried again.
  func forget(_ vm: VMID, on host: HostID) {
    tried[Place(vm: vm, host: host)] = nil
  }

  /// Remembers why a domain could not be taken in.
  func fail(_ vm: VMID, named name: String, on host: String, _ error: FleetError) {
    failed[vm] = Failure(vm: name, vmID: vm, host: host, error: error)
  }
}
