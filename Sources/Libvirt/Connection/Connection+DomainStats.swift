internal import CLibvirt

extension Connection {
  /// The statistics of all domains, in no order, by one call.
  ///
  /// With `nowait`, a domain that is busy with a long job is not waited for and reports fewer values; a driver without
  /// this flag waits.
  package func allDomainStats(nowait: Bool = true, _ filter: DomainFilter = .all) throws -> [DomainStats] {
    guard nowait else { return try domainStats(flags: filter.rawValue) }
    do {
      return try domainStats(flags: filter.rawValue | VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT.rawValue)
    } catch LibvirtError.Code.invalidArgument, LibvirtError.Code.argumentUnsupported {
      return try domainStats(flags: filter.rawValue)
    }
  }

  private func domainStats(flags: UInt32) throws -> [DomainStats] {
    let groups =
      VIR_DOMAIN_STATS_STATE.rawValue | VIR_DOMAIN_STATS_CPU_TOTAL.rawValue
      | VIR_DOMAIN_STATS_BALLOON.rawValue | VIR_DOMAIN_STATS_VCPU.rawValue
      | VIR_DOMAIN_STATS_INTERFACE.rawValue | VIR_DOMAIN_STATS_BLOCK.rawValue
    var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>? = nil
    // SAFETY: libvirt fills the array it allocates.
    let count = Int(
      try call("virConnectGetAllDomainStats") {
        unsafe virConnectGetAllDomainStats($0, groups, &records, flags)
      })
    // SAFETY: `count` records, freed together with their domains by libvirt's own call.
    guard let records = unsafe records else { return [] }
    defer { unsafe virDomainStatsRecordListFree(records) }
    return try (0..<count).compactMap { index in
      guard let record = unsafe records[index], let domain = unsafe record.pointee.dom else { return nil }
      let parameters = unsafe TypedParameters(copying: record.pointee.params, count: record.pointee.nparams)
      return DomainStats(identity: try unsafe Identity(domain: domain), parameters)
    }
  }
}
