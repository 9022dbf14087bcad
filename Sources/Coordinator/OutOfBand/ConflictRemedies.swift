import Fleet
import RoostProto
import Scheduling
import SwiftProtobuf

/// The solutions of a conflict, as commands to type.
struct ConflictRemedies {
  let conflict: AddressConflict
  let view: FleetView

  /// A new address for each managed VM that is off, link down for each that runs, and acceptance; for the newest VM
  /// first, which is most likely the copy.
  var all: [Roost_V1_ResolutionChoice] {
    let mac = conflict.entry.mac
    let ways = conflict.entry.claimants.sorted { isNewer($0, than: $1) }.flatMap { owner in
      owner.vmID.map { way(for: owner, id: $0) } ?? []
    }
    return ways + [
      Self.choice("roost mac resolve \(mac) --accept", "let them share it, until one comes or goes")
    ]
  }

  /// True if Roost has known the other one for longer. Unmanaged VMs count as newer than managed ones.
  private func isNewer(_ owner: AddressOwner, than other: AddressOwner) -> Bool {
    func age(_ owner: AddressOwner) -> Timestamp? {
      owner.vmID.flatMap { view.vms[$0] }.flatMap { $0.host == owner.host ? $0.createdAt : nil }
    }
    guard let there = age(other) else { return false }
    return age(owner).map { $0 > there } ?? true
  }

  private func way(for owner: AddressOwner, id: VMID) -> [Roost_V1_ResolutionChoice] {
    let mac = conflict.entry.mac
    let (name, word) = (owner.vm.printable, owner.vm.shellQuoted)
    let entry = view.host(owner.host)
    let isActive = entry?.domains[id]?.state.isActive == true
    let isManaged = view.vms[id].map { $0.hostID == entry?.host.id } ?? false
    switch (isManaged, isActive) {
    case (true, false):
      return [
        Self.choice("roost mac resolve \(mac) --new-mac \(word)", "give \(owner), which is stopped, another address")
      ]
    case (true, true):
      return [
        Self.choice("roost mac resolve \(mac) --link-down \(word)", "unplug \(owner), which runs, until it restarts")
      ]
    case (false, true):
      return [
        Self.choice(
          "virsh domif-setlink \(word) \(mac) down", "on \(owner.host): unplug \"\(name)\", which Roost does not manage"
        )
      ]
    case (false, false):
      return [
        Self.choice(
          "virsh edit \(word)", "on \(owner.host): give \"\(name)\", which Roost does not manage, another address")
      ]
    }
  }

  private static func choice(_ command: String, _ effect: String) -> Roost_V1_ResolutionChoice {
    .with {
      $0.command = command
      $0.effect = effect
    }
  }
}
