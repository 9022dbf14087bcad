internal import Fleet

/// The IPv4 addresses of MAC addresses that the kernel knows, in the agent's own network namespace.
///
/// libvirt reads the same table itself, but on Debian 12 only for its own networks; for guests on a plain bridge this
/// is the only source. Corresponds to `/proc/net/arp` (man 5 proc).
struct NeighbourTable: Sendable {
  private let addresses: [MACAddress: [String]]

  /// A table without entries.
  init() { addresses = [:] }

  /// Parses the kernel's text; skips incomplete entries and unreadable lines.
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

  /// The known addresses of these interfaces.
  func leases(of macs: Set<MACAddress>) -> [AddressLease] {
    macs.sorted().flatMap { mac in
      (addresses[mac] ?? []).map { AddressLease(mac: mac, ip: $0, source: "arp") }
    }
  }
}
