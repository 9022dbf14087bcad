internal import Fleet

/// The IPv4 addresses that the kernel has found behind MAC addresses, in the agent's own network namespace.
///
/// libvirt reads the same table by itself, but only for networks that are its own on Debian 12; guests on a plain
/// bridge are found here alone. Corresponds to `/proc/net/arp` (man 5 proc).
struct NeighbourTable: Sendable {
  private let addresses: [MACAddress: [String]]

  /// A table without entries.
  init() { addresses = [:] }

  /// Reads the kernel's text; incomplete entries, and lines that can't be read, are left out.
  init(parsing text: String) {
    var found: [MACAddress: [String]] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
      // IP address, HW type, flags, HW address, mask, device; flag 2 says that the address is known.
      guard fields.count >= 6, fields[2].hasPrefix("0x"), let flags = UInt32(fields[2].dropFirst(2), radix: 16),
        flags & 2 != 0, let mac = MACAddress(fields[3]), mac.isUsable, IPAddress.isAddress(fields[0])
      else { continue }
      found[mac, default: []].append(fields[0])
    }
    addresses = found
  }

  /// Reads the running kernel's table.
  init(_ kernel: KernelFiles) {
    self.init(parsing: kernel.text("/proc/net/arp") ?? "")
  }

  /// What is known of these interfaces.
  func leases(of macs: Set<MACAddress>) -> [AddressLease] {
    macs.sorted().flatMap { mac in
      (addresses[mac] ?? []).map { AddressLease(mac: mac, ip: $0, source: "arp") }
    }
  }
}
