package import Fleet
import FleetTestKit
import Foundation

/// How large a made-up fleet is, and what its hosts have.
package struct FleetShape: Codable, Hashable, Sendable {
  package var hosts: Int
  package var vms: Int
  /// True if all hosts were made from one template: their VMs have equal names and disk paths.
  package var isTemplate: Bool

  package init(hosts: Int, vms: Int, isTemplate: Bool = false) {
    self.hosts = hosts
    self.vms = vms
    self.isTemplate = isTemplate
  }

  /// The name of a host, from 0.
  package func name(of host: Int) -> String { "host-" + Self.padded(host + 1, to: 4) }

  /// The address on loopback that a host's connections come from.
  package func address(of host: Int) -> String { "127.\(1 + host / 62_500).\(host / 250 % 250).\(host % 250 + 1)" }

  /// What a host offers: room for what it has and as much again.
  package var capacity: HostCapacity {
    let share = vms / max(1, hosts) + 1
    return HostCapacity(
      vcpus: max(64, share * 2), memory: .gibibytes(Int64(max(256, share * 2))), disk: .gibibytes(Int64(share * 40)))
  }

  /// The domains of a host, one in ten of them off.
  package func domains(of host: Int, random: any RandomSource, at now: Timestamp) -> [ObservedDomain] {
    let (first, last) = (vms * host / hosts, vms * (host + 1) / hosts)
    return (first..<last).compactMap { number in
      guard let mac = MACAddress(number: 0x5254_0000_0000 + UInt64(number)) else { return nil }
      let place = number - first + 1
      let name = isTemplate ? "vm-\(Self.padded(place, to: 4))" : "vm-\(Self.padded(number + 1, to: 6))"
      var domain = ObservedDomain.unmanaged(
        name, id: VMID(from: random), state: place % 10 == 0 ? .stopped : .running, macs: [mac],
        disks: ["/var/lib/libvirt/images/\(name).qcow2"], vncPort: 5899 + place, seenAt: now)
      domain.live?.disks[0].identity = "2049:\(100_000 + place)"
      domain.saved?.disks[0].identity = "2049:\(100_000 + place)"
      let ip = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
      if domain.state == .running { domain.leases = [AddressLease(mac: mac, ip: ip, source: "lease")] }
      return domain
    }
  }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
