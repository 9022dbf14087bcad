package import Fleet

/// A domain that runs, or was let start a moment ago: whoever starts with one of its addresses disturbs it.
package struct RunningDomain: Hashable, Sendable {
  /// Who it is.
  package var owner: AddressOwner
  /// The addresses it runs with.
  package var macs: Set<MACAddress>
  /// The disks that it alone writes to, by ``ObservedDisk/namesElsewhere``.
  package var disks: Set<String>
  /// True from the moment it was let start until it is seen to run.
  package var isStarting: Bool
  /// How old its host's last report is, in seconds; nil for a host that reports now.
  package var ageSeconds: Double?

  package init(
    owner: AddressOwner, macs: Set<MACAddress>, disks: Set<String> = [], isStarting: Bool = false,
    ageSeconds: Double? = nil
  ) {
    self.owner = owner
    self.macs = macs
    self.disks = disks
    self.isStarting = isStarting
    self.ageSeconds = ageSeconds
  }

  /// A domain as its host's agent saw it last; nil if it did not run then.
  package init?(_ domain: ObservedDomain, host: String, ageSeconds: Double?) {
    guard domain.state.isActive else { return nil }
    let configuration = domain.live ?? domain.saved
    self.init(
      owner: AddressOwner(vm: domain.name, vmID: domain.id, host: host),
      macs: Set((configuration?.nics ?? []).compactMap(\.mac) + (configuration?.passedMACs ?? [])),
      disks: (configuration?.disks ?? []).filter(\.isWrittenAlone).reduce(into: []) { $0.formUnion($1.namesElsewhere) },
      ageSeconds: ageSeconds)
  }

  /// A start that was let go on.
  package init(_ start: DomainStart, host: String) {
    self.init(
      owner: AddressOwner(vm: start.name, vmID: start.id, host: host), macs: start.macs, disks: Set(start.disks),
      isStarting: true)
  }

  /// What it does and where, as a sentence goes on after its name.
  var whereabouts: String {
    let what = isStarting ? "which starts on \(owner.host) now" : "which runs on \(owner.host)"
    return ageSeconds.map { "\(what) as it was last seen \(Age.text(seconds: $0)) ago" } ?? what
  }
}

extension ObservedDomain {
  /// The disks it alone writes to in any configuration, by ``ObservedDisk/keys``.
  var writableDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter(\.isWrittenAlone).flatMap(\.keys))
  }

  /// The disks that it writes to and lets others write to, in the same form.
  var sharedDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter { $0.isWritten && $0.shareable }.flatMap(\.keys))
  }

  /// The UUIDs its firmware tells the guest in place of its own, if any.
  var smbiosUUIDs: Set<String> {
    Set(configurations.map { $0.smbiosUUID.lowercased() }.filter { !$0.isEmpty })
  }
}
