extension ObservedDomain {
  /// Every configuration it has anywhere: live, saved, and kept in snapshots.
  public var configurations: [DomainConfiguration] {
    [live, saved].compactMap { $0 } + kept
  }

  /// The configuration that counts now: live if it runs, else saved.
  public var effective: DomainConfiguration? { live ?? saved ?? kept.first }

  /// Every MAC address it has in any configuration.
  public var macs: Set<MACAddress> {
    Set(configurations.flatMap { $0.nics.compactMap(\.mac) + $0.passedMACs })
  }

  /// Every display port it uses, or will use because its definition names it.
  public var displayPorts: Set<Int> {
    Set(configurations.flatMap { configuration in configuration.graphics.compactMap(\.port) }.filter { $0 > 0 })
  }
}
