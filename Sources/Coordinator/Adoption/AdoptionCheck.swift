import Fleet
import Scheduling
import Store

/// Whether one unmanaged domain may become a managed VM, by the fleet as it is at one moment.
struct AdoptionCheck: Sendable {
  let view: FleetView
  let fleetID: FleetID
  let now: Timestamp
  /// Whether the person says that this one is the owner of what it shares with other unmanaged VMs.
  let acceptConflicts: Bool

  /// What the domain becomes, with all that the person should know of it.
  ///
  /// Of several that share an address exactly one passes; see ``Originals``.
  /// - Throws: ``FleetError`` with code `conflict`.
  func pass(
    _ adoptee: Adoptee, _ domain: ObservedDomain, on entry: HostEntry, in reader: FleetSnapshotReader
  ) throws -> Adoptee {
    var adoptee = adoptee
    if let mark = domain.mark, mark.fleetID != fleetID.description {
      throw FleetError(
        .conflict, "VM \"\(domain.name.printable)\" has the mark of another fleet, \(mark.fleetID.printable)",
        hint: "release it there: roost release \(domain.name.shellQuoted)")
    }
    adoptee.notes += try shared(domain, on: entry, in: reader)
    if let other = view.vms.values.first(where: { $0.spec.name == adoptee.spec.name }) {
      throw Self.taken(domain.name, by: "a VM on \(other.host)")
    }
    for mac in adoptee.macs {
      let holder = try reader.macHolder(mac)
      guard holder?.owner.vmID != domain.id,
        let refusal = ChosenMAC.verdict(
          mac, holder: holder, observedOwners: [], claim: MACClaim(name: domain.name, vmID: domain.id), now: now)
      else { continue }
      throw FleetError(
        refusal.code, refusal.message,
        hint: "see who has it: roost mac show \(mac); if it is free: roost mac reclaim \(mac)")
    }
    if let number = adoptee.vncPort, let port = try reader.portHolder(number),
      port.vm != domain.name || port.host != entry.host.name
    {
      guard adoptee.isAutoport else {
        throw FleetError(
          .conflict, "its VNC port \(number) belongs to \"\(port.vm)\" on \(port.host)",
          hint: "give it another on its host: virsh edit \(domain.name.shellQuoted)")
      }
      adoptee.notes.append(
        "its VNC port \(number) is kept for \"\(port.vm)\" on \(port.host), so none is kept for it")
      adoptee.vncPort = nil
      adoptee.spec.vnc = nil
    }
    if let note = oversold(adoptee, entry) { adoptee.notes.append(note) }
    return adoptee
  }

  /// That a name belongs to another VM.
  static func taken(_ name: String, by whom: String) -> FleetError {
    FleetError(
      .conflict, "the name \"\(name.printable)\" belongs to \(whom) already",
      hint: "rename one on its host, while it is off: virsh domrename \(name.shellQuoted) NEW-NAME")
  }

  /// One sentence if the host has less than its VMs reserve, once this one counts too. It is adopted all the same: its
  /// guest is there already, and only what is counted keeps more from being placed there.
  private func oversold(_ adoptee: Adoptee, _ entry: HostEntry) -> String? {
    guard let limit = (entry.facts?.capacity ?? entry.host.capacity)?.limit else { return nil }
    let managed = view.vms.values.filter { $0.hostID == entry.host.id }.reduce(Reservation()) {
      $0 + $1.spec.reservation
    }
    let after = managed + adoptee.spec.reservation
    if after.vcpus > limit.vcpus {
      return "\(entry.host.name) is oversold with it: its VMs reserve \(after.vcpus) vCPUs of \(limit.vcpus)"
    }
    if after.memory > limit.memory {
      return "\(entry.host.name) is oversold with it: its VMs reserve \(after.memory) of \(limit.memory)"
    }
    return nil
  }
}
