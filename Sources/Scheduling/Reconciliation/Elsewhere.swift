package import Fleet

/// What hosts other than its own have of a VM, by their last reports, silent hosts' too.
///
/// A host that an administrator disregards has no veto: what it says it has refuses no verb, and it is not waited for
/// where addresses or the books are all that is at stake. But it is asked for living guests. A disk goes with a VM that
/// is not on its own host any more only if absence everywhere is proven, and to disregard a host proves nothing: if its
/// word was a lie, the price of asking is a file that is left, and if it was the truth, the price of not asking is the
/// disk under a running guest. So what it claims, and its silence, leave the disk where it is; a VM that its own host
/// has, off, needs no proof, and no other host keeps its disks. A revoked host is silent, and its guests may go on; one
/// that was removed as lost is not asked, as an administrator has said by name that nothing of it goes on.
///
/// A host that joined and never reported is no proof either: its libvirt may be older than its agent, and a guest may
/// have been moved there with other tools. It hinders what needs a proof, but not for ever: the refusal names it, and
/// says to start its agent or to take it off the fleet, which costs nothing as long as no VM belongs on it.
package struct Elsewhere: Hashable, Sendable {
  /// The VM's UUID on another host.
  package struct Sighting: Hashable, Sendable {
    /// The host's name.
    package var host: String
    /// The domain's name there.
    package var name: String
    /// Its state there, as last reported.
    package var state: DomainState

    package init(host: String, name: String, state: DomainState) {
      self.host = host
      self.name = name
      self.state = state
    }
  }

  /// Where it was seen, by host.
  package var sightings: [Sighting]
  /// Other domains that name a file which Roost made for it: such as `the domain "b" on h2 names /srv/a.qcow2`.
  package var users: [String]
  /// The hosts that can't say now what they have, by name.
  package var silent: [String]
  /// The disregarded hosts whose last report has the VM or names its files, by name.
  package var claimants: [String]
  /// The disregarded hosts that can't say now what they have, by name.
  package var silentDisregarded: [String]
  /// The other hosts that have joined and never reported, by name.
  package var unheard: [String]

  package init(
    sightings: [Sighting] = [], users: [String] = [], silent: [String] = [], claimants: [String] = [],
    silentDisregarded: [String] = [], unheard: [String] = []
  ) {
    self.sightings = sightings
    self.users = users
    self.silent = silent
    self.claimants = claimants
    self.silentDisregarded = silentDisregarded
    self.unheard = unheard
  }

  /// True if every host says now that it neither has the VM nor names its disks, disregarded hosts included.
  package var isAbsent: Bool {
    sightings.isEmpty && users.isEmpty && claimants.isEmpty
      && silent.isEmpty && silentDisregarded.isEmpty && unheard.isEmpty
  }
}

extension Elsewhere {
  /// Why the VM may not be destroyed, or nil.
  /// - Parameters:
  ///   - observed: its domain on its own host.
  ///   - mayHaveDisks: whether files would be deleted.
  ///   - isBegun: whether its host may have been asked already. A VM that is not there then may be gone for that,
  ///     which its agent alone can tell; it finishes what it began itself and refuses the rest.
  package func refusesDeletion(
    of vm: String, observed: ObservedDomain?, mayHaveDisks: Bool, isBegun: Bool = false
  ) -> FleetError? {
    if let refusal = refuses("delete", of: vm) { return refusal }
    guard mayHaveDisks else { return nil }
    if let user = users.first {
      return FleetError(
        .conflict, "cannot delete the disks of VM \"\(vm)\": \(user)",
        hint: "leave them: roost delete --keep-disks \(vm.shellQuoted)")
    }
    guard observed == nil || observed?.isMovedAway == true else { return nil }
    if isBegun, observed == nil { return nil }
    let gone = observed == nil ? "it is not on its host any more" : "it was moved away from its host"
    let leave = "leave the disks: roost delete --keep-disks \(vm.shellQuoted)"
    if let claimant = claimants.first {
      return FleetError(
        .conflict,
        "cannot delete the disks of VM \"\(vm)\": \(gone), and \(Self.listed(claimants)) says that it has it or its "
          + "disks: to disregard a host proves no disk unused",
        hint: "\(leave), or see what is there: roost host show \(claimant.shellQuoted)")
    }
    guard let doubt = doubt(silent + silentDisregarded) else { return nil }
    return FleetError(
      .precondition, "cannot delete the disks of VM \"\(vm)\": \(gone), and \(doubt.who)",
      hint: "\(leave), or \(doubt.wayOut)")
  }

  /// Which hosts can't say whether the VM runs there, the end of a sentence, and what to do about the first; nil if all
  /// can.
  /// - Parameter silent: those of the silent ones that are asked.
  private func doubt(_ silent: [String]) -> (who: String, wayOut: String)? {
    if let mute = silent.first {
      return (
        "\(Self.listed(silent)) can't say whether it runs there",
        "wait for the host; if it will not come back: roost host remove \(mute.shellQuoted) --lost"
      )
    }
    guard let stranger = unheard.first else { return nil }
    return (
      "\(Self.listed(unheard)) has joined and never said what runs there",
      "start its agent, on \(stranger): systemctl start roost-agent; if it is not to be used: roost host remove "
        + stranger.shellQuoted
    )
  }

  /// Why a verb would not reach the guest, which another host runs; nil if the VM's own host runs it or nobody does.
  package func refuses(_ verb: String, of vm: String, observed: ObservedDomain?, home: String) -> FleetError? {
    guard observed?.state.isActive != true, let found = sightings.first(where: \.state.isActive) else { return nil }
    return FleetError(
      .conflict,
      "cannot \(verb) VM \"\(vm)\": it is \(found.state.words) on \(found.host), not on \(home), where it belongs",
      hint: observed == nil
        ? "see why it still counts on \(home): roost events"
        : "if it was moved for good, drop what is left of it on \(home): virsh undefine \(found.name.shellQuoted); "
          + "if what \(found.host) says is not so: roost host disregard \(found.host)")
  }

  /// Why the VM may not be given back, or nil.
  package func refusesRelease(of vm: String, observed: ObservedDomain?) -> FleetError? {
    if let refusal = refuses("release", of: vm) { return refusal }
    guard observed == nil, let doubt = doubt(silent) else { return nil }
    return FleetError(
      .precondition, "cannot release VM \"\(vm)\": it is not on its host any more, and \(doubt.who)",
      hint: doubt.wayOut)
  }

  /// Why a VM must not be started on its own host, or defined there again: it was moved away or is gone, and a host that
  /// may run it can't say so. Nil if every host can say, or the VM is simply there.
  package func refusesStart(_ verb: String, of vm: String, observed: ObservedDomain?) -> FleetError? {
    guard observed == nil || observed?.isMovedAway == true, let doubt = doubt(silent) else { return nil }
    let gone = observed == nil ? "it is not on its host any more" : "it was moved away from its host"
    return FleetError(
      .precondition, "cannot \(verb) VM \"\(vm)\": \(gone), and \(doubt.who)", hint: doubt.wayOut)
  }

  /// Why a verb that takes the VM off the books may not be carried out: another host has it, in whatever state.
  package func refuses(_ verb: String, of vm: String) -> FleetError? {
    guard let found = seen else { return nil }
    return FleetError(
      .conflict, "cannot \(verb) VM \"\(vm)\": it is on \(found.host) too, where it is \(found.state.words)",
      hint: "look which one is used: roost list; drop the other on its host: virsh undefine \(found.name.shellQuoted)")
  }

  /// The sighting that matters most: one that runs before one that is off.
  private var seen: Sighting? { sightings.first(where: \.state.mayBeActive) ?? sightings.first }

  private static func listed(_ hosts: [String]) -> String {
    let rest = hosts.count - 3
    return hosts.prefix(3).map { "host \"\($0)\"" }.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
