import Fleet
import Store

@testable import Coordinator

/// Rows as a commit would leave them, for an inventory that follows no store.
extension Inventory {
  func take(_ host: Host) { apply { $0.hosts[host.id] = host } }
  func take(_ vm: ManagedVM) { apply { $0.vms[vm.id] = vm } }
  func take(_ policy: PlacementPolicy) { apply { $0.placement = policy } }
  func drop(host id: HostID) { apply { $0.hosts.updateValue(nil, forKey: id) } }
  func drop(vm id: VMID) { apply { $0.vms.updateValue(nil, forKey: id) } }

  private func apply(_ change: (inout CommittedRows) -> Void) {
    var rows = CommittedRows()
    change(&rows)
    apply(rows)
  }
}
