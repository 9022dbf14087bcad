package import Fleet

/// What hosts other than its own report of a VM, including the last reports of silent hosts.
///
/// An administrator may disregard a host. A disregarded host refuses no verb, and operations that change only addresses
/// or rows don't wait for it. Deleting disks is different: the disk of a VM that its own host no longer has is deleted
/// only if every other host is known not to have the VM, and disregarding a host proves nothing. If such a host claims
/// the VM or is silent, the disk stays: at worst an unused file is left, instead of the disk of a running guest being
/// deleted. A VM that is off on its own host needs no such proof. A revoked host counts as silent, because its guests
/// may run on. A host that was removed as lost is not asked: an administrator has stated that nothing on it runs.
///
/// A host that joined and never reported proves nothing either: its libvirt may be older than its agent, and a guest
/// may have been moved there with other tools. It blocks an operation that needs proof; the refusal names it and says
/// to start its agent or to remove it from the fleet.
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
  /// Other domains that use a file which Roost made for this VM, such as `the domain "b" on h2 names /srv/a.qcow2`.
  package var users: [String]
  /// The hosts that do not report now, by name.
  package var silent: [String]
  /// The disregarded hosts whose last report has the VM or uses its files, by name.
  package var claimants: [String]
  /// The disregarded hosts that do not report now, by name.
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

  /// True if every host, disregarded ones included, reports now and neither has the VM nor uses its disks.
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
  ///   - isBegun: whether its host may already have received the action. A VM that is not there then may have been
  ///     destroyed by it; only the agent knows, and it finishes its own work and refuses the rest.
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

  /// Which hosts can't say whether the VM runs there, as the end of a sentence, and what to do about the first; nil if
  /// all can.
  /// - Parameter silent: the silent hosts that matter here.
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

  /// Why a verb would not reach the guest: another host runs it. Nil if the VM's own host runs it or no host does.
  package func refuses(_ verb: String, of vm: String, observed: ObservedDomain?, home: String) -> FleetError? {
    guard observed?.state.isActive != true, let found = sightings.first(where: \.state.isActive) else { return nil }
    return FleetError(
      .conflict,
      "cannot \(verb) VM \"\(vm)\": it is \(found.state.words) on \(found.host), not on \(home), where it belongs",
      hint: observed == nil
        ? "see why it still counts on \(home): roost events"
        : "if it was moved for good, drop what is left of it on \(home): virsh undefine \(found.name.shellQuoted); "
          + "if the report of \(found.host) is false: roost host disregard \(found.host)")
  }

  /// Why the VM may not be released, or nil.
  package func refusesRelease(of vm: String, observed: ObservedDomain?) -> FleetError? {
    if let refusal = refuses("release", of: vm) { return refusal }
    guard observed == nil, let doubt = doubt(silent) else { return nil }
    return FleetError(
      .precondition, "cannot release VM \"\(vm)\": it is not on its host any more, and \(doubt.who)",
      hint: doubt.wayOut)
  }

  /// Why a VM must not be started on its own host, or defined there again: it was moved away or is gone, and a host
  /// that may run it is silent. Nil if every host reports, or the VM is simply there.
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

  /// The most important sighting: a running one before one that is off.
  private var seen: Sighting? { sightings.first(where: \.state.mayBeActive) ?? sightings.first }

  private static func listed(_ hosts: [String]) -> String {
    let rest = hosts.count - 3
    return hosts.prefix(3).map { "host \"\($0)\"" }.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
