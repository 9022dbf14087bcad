internal import DomainXML
package import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  package func capabilities() async throws -> HostCapabilities {
    try await connector.call("capabilities", within: .seconds(60)) { connection in
      let document = try HostCapabilitiesDocument(parsing: connection.capabilitiesXML())
      let node = try connection.nodeInfo()
      var result = HostCapabilities()
      result.hostUUID = document.hostUUID ?? ""
      result.memory = ByteCount(bytes: Int64(clamping: node.memoryBytes))
      result.cpu = CPUFacts(
        architecture: document.cpu.architecture, model: document.cpu.model ?? "", vendor: document.cpu.vendor ?? "",
        sockets: node.sockets, cores: node.cores, threads: node.threads, logical: node.cpus,
        megahertz: node.megahertz)
      result.numa = document.cells.map {
        Fleet.NUMACell(id: $0.id, memory: ByteCount(bytes: $0.memoryBytes), cpus: $0.cpus)
      }
      result.emulators = document.guests.filter { $0.systemType == "hvm" }.map {
        Self.emulator($0, connection)
      }
      result.libvirtVersion = "\(try connection.libvirtVersion())"
      result.hypervisorVersion = "\(try connection.hypervisorVersion())"
      result.cpuModels = Self.cpuModels(of: document.cpu.architecture, result.emulators, connection)
      result.offers =
        Self.offers(of: document.cpu.architecture, result.emulators, connection)
        + ["\(HostNeed.Kind.security.rawValue)/"]
        + document.securityModels.map { "\(HostNeed.Kind.security.rawValue)/\($0)" }
      return result
    }
  }

  /// What the emulator of an architecture offers with any of the common machine types.
  private static func offers(
    of architecture: String, _ emulators: [Emulator], _ connection: Connection
  ) -> [String] {
    guard let emulator = emulators.first(where: { $0.architecture == architecture }) else { return [] }
    let type = emulator.accelerators.contains("kvm") ? "kvm" : "qemu"
    let usual = ["pc", "q35"].filter { emulator.machines.contains($0) }
    let machines: [String?] = usual.isEmpty ? [nil] : usual
    var offers: Set<String> = []
    for machine in machines {
      guard
        let text = try? connection.domainCapabilitiesXML(arch: architecture, machine: machine, virtType: type),
        let document = try? DomainCapabilitiesDocument(parsing: text)
      else { continue }
      offers.formUnion(document.offers)
    }
    return offers.sorted()
  }

  /// The CPU models for guests of an architecture, under KVM if that works.
  private static func cpuModels(
    of architecture: String, _ emulators: [Emulator], _ connection: Connection
  ) -> [String] {
    guard let emulator = emulators.first(where: { $0.architecture == architecture }) else { return [] }
    let type = emulator.accelerators.contains("kvm") ? "kvm" : "qemu"
    // Without an answer the list stays empty, which refuses no VM.
    guard let text = try? connection.domainCapabilitiesXML(arch: architecture, virtType: type),
      let document = try? DomainCapabilitiesDocument(parsing: text)
    else { return [] }
    return document.usableModels.sorted()
  }

  /// What one emulator offers; the accelerator is the one that libvirt can use now.
  private static func emulator(_ guest: GuestCapability, _ connection: Connection) -> Emulator {
    let path = guest.emulator(for: .kvm) ?? guest.emulator(for: .qemu) ?? guest.emulator ?? ""
    let offersKVM =
      guest.runs(as: .kvm)
      && (try? connection.domainCapabilitiesXML(arch: guest.architecture, virtType: "kvm")) != nil
    let names = guest.machines.flatMap { [$0.name] + ($0.canonical.map { [$0] } ?? []) }
    var seen: Set<String> = []
    return Emulator(
      architecture: guest.architecture, path: path, machines: names.filter { seen.insert($0).inserted },
      accelerators: (offersKVM ? ["kvm"] : []) + (guest.runs(as: .qemu) ? ["tcg"] : []))
  }

  package func networks() async throws -> [HostNetwork] {
    try await connector.call("networks") { connection in
      try connection.networks().compactMap { network in
        do {
          let document = try NetworkDocument(parsing: network.xml())
          return HostNetwork(
            name: network.name, bridge: document.bridge ?? "", isActive: try network.isActive(),
            autostart: try network.autostart(), forward: document.forwardMode ?? "",
            reservations: Self.reservations(document))
        } catch LibvirtError.Code.noNetwork {
          return nil
        }
      }.sorted { $0.name < $1.name }
    }
  }

  /// The network's DHCP reservations; those by name alone are left out.
  static func reservations(_ document: NetworkDocument) -> [DHCPReservation] {
    document.subnets.flatMap(\.hosts).compactMap { host in
      host.mac.flatMap { MACAddress($0.description) }
        .map { DHCPReservation(mac: $0, ip: host.address, name: host.name ?? "") }
    }
  }

  package func pools() async throws -> [Fleet.StoragePool] {
    try await connector.call("pools") { connection in
      try connection.storagePools().compactMap { pool in
        do {
          let document = try StoragePoolDocument(parsing: pool.xml())
          let info = try pool.info()
          return Fleet.StoragePool(
            name: pool.name, type: document.type, path: document.targetPath ?? "", isActive: try pool.isActive(),
            autostart: try pool.autostart(), capacity: ByteCount(bytes: Int64(clamping: info.capacityBytes)),
            allocation: ByteCount(bytes: Int64(clamping: info.allocationBytes)),
            available: ByteCount(bytes: Int64(clamping: info.availableBytes)))
        } catch LibvirtError.Code.noStoragePool {
          return nil
        }
      }.sorted { $0.name < $1.name }
    }
  }

  package func setNetwork(_ name: String, active: Bool) async throws {
    try await connector.call(active ? "net-start" : "net-destroy", within: .seconds(60)) { connection in
      let network = try connection.network(named: name)
      guard try network.isActive() != active else { return }
      if active { try network.create() } else { try network.destroy() }
    }
  }

  package func setNetworkAutostart(_ name: String) async throws {
    try await connector.call("net-autostart") { try $0.network(named: name).setAutostart(true) }
  }

  package func refreshPool(at directory: String) async throws {
    try await connector.call("pool-refresh", within: .seconds(60)) { connection in
      do {
        let pool = try connection.storagePool(targetPath: directory)
        if try pool.isActive() { try pool.refresh() }
      } catch LibvirtError.Code.noStoragePool {
        return
      }
    }
  }

  package func statistics() async throws -> StatisticsReport {
    // A domain whose monitor blocks the first such call is skipped by the next; if that does not return either, no more
    // are made until one does.
    try await connector.call(LibvirtConnectionPool.Subject(call: "statistics", stuckLimit: 2)) { connection in
      let all = try connection.allDomainStats(nowait: true, .active)
      // A busy domain reports neither processor time nor memory.
      let skipped = all.filter { $0.cpuTimeNanoseconds == nil }.map(\.identity.name)
      return StatisticsReport(
        domains: all.filter { $0.cpuTimeNanoseconds != nil }.compactMap(DomainStatistics.init), skipped: skipped)
    }
  }
}

extension DomainStatistics {
  /// The statistics that libvirt reports of one domain; nil if its UUID is malformed.
  fileprivate init?(_ stats: DomainStats) {
    guard let id = VMID(stats.identity.uuid) else { return nil }
    func sum(_ counters: [UInt64?]) -> UInt64 {
      counters.reduce(0) { total, next in
        let (value, overflow) = total.addingReportingOverflow(next ?? 0)
        return overflow ? .max : value
      }
    }
    self.init(
      id: id, cpuTimeNanoseconds: stats.cpuTimeNanoseconds ?? 0,
      memoryUsed: ByteCount(bytes: Int64(clamping: stats.residentBytes ?? stats.balloonCurrentBytes ?? 0)),
      blockReadBytes: sum(stats.blocks.map(\.readBytes)), blockWriteBytes: sum(stats.blocks.map(\.writtenBytes)),
      netReceivedBytes: sum(stats.interfaces.map(\.receivedBytes)),
      netSentBytes: sum(stats.interfaces.map(\.sentBytes)))
  }
}
