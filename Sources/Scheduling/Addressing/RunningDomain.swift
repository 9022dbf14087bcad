package import Fleet

/// A domain that runs, or that was allowed to start a moment ago.
package struct RunningDomain: Hashable, Sendable {
  /// The VM and its host.
  package var owner: AddressOwner
  /// The addresses it runs with.
  package var macs: Set<MACAddress>
  /// The disks that it writes to without sharing them, by ``ObservedDisk/namesElsewhere``.
  package var disks: Set<String>
  /// True from the moment its start was allowed until a report shows it running.
  package var isStarting: Bool
  /// The age of its host's last report in seconds; nil if the host reports now.
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

  /// A start that was allowed.
  package init(_ start: DomainStart, host: String) {
    self.init(
      owner: AddressOwner(vm: start.name, vmID: start.id, host: host), macs: start.macs, disks: Set(start.disks),
      isStarting: true)
  }

  /// A clause that follows its name in a sentence, such as `which runs on h1`.
  var whereabouts: String {
    let what = isStarting ? "which starts on \(owner.host) now" : "which runs on \(owner.host)"
    return ageSeconds.map { "\(what) as it was last seen \(Age.text(seconds: $0)) ago" } ?? what
  }
}

extension ObservedDomain {
  /// The disks that it writes to without sharing them, in any configuration, by ``ObservedDisk/keys``.
  var writableDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter(\.isWrittenAlone).flatMap(\.keys))
  }

  /// The disks that it writes to and marks as shareable, in the same form.
  var sharedDisks: Set<String> {
    Set(configurations.flatMap(\.disks).filter { $0.isWritten && $0.shareable }.flatMap(\.keys))
  }

  /// The SMBIOS UUIDs that its firmware shows to the guest instead of the domain's own UUID.
  var smbiosUUIDs: Set<String> {
    Set(configurations.map { $0.smbiosUUID.lowercased() }.filter { !$0.isEmpty })
  }
}
