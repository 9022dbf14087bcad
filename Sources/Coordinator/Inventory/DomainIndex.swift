import Fleet

/// A host's domains by what people and the ledger look them up by.
struct DomainIndex: Sendable {
  /// By name, which is unique on a host.
  private(set) var names: [String: VMID] = [:]
  /// By MAC address in any configuration.
  private(set) var macs: [MACAddress: [VMID]] = [:]
  /// By IP address, in lower case.
  private(set) var ips: [String: [VMID]] = [:]
  /// By display port in any configuration.
  private(set) var ports: [Int: [VMID]] = [:]
  /// By a disk that the domain writes to, as ``ObservedDisk/keys`` has it.
  private(set) var disks: [String: [VMID]] = [:]

  init(_ domains: [VMID: ObservedDomain] = [:]) {
    for domain in domains.values {
      names[domain.name] = domain.id
      for mac in domain.macs { macs[mac, default: []].append(domain.id) }
      for ip in Set(domain.leases.map { $0.ip.lowercased() }) { ips[ip, default: []].append(domain.id) }
      for port in domain.displayPorts { ports[port, default: []].append(domain.id) }
      for disk in Set(domain.configurations.flatMap(\.disks).filter(\.isWritten).flatMap(\.keys)) {
        disks[disk, default: []].append(domain.id)
      }
    }
  }
}
