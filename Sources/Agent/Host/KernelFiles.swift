internal import Fleet

/// Reads facts of the host from `/proc` and `/sys`; tests set another root.
struct KernelFiles: Sendable {
  /// The prefix of every path.
  let root: String

  init(root: String = "") {
    self.root = root
  }

  /// A file's text without white space at its end; nil if there is none.
  func text(_ path: String) -> String? {
    HostFile.text(root + path, limit: 4 << 20).map { text in
      String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
  }

  /// A file's text as a number.
  func number(_ path: String) -> Int64? { text(path).flatMap { Int64($0) } }

  /// The names in a directory, sorted.
  func names(_ path: String) -> [String] { HostFile.names(in: root + path) }

  /// True if there is something at the path.
  func exists(_ path: String) -> Bool { HostFile.exists(root + path) }

  /// The boot's UUID, from `/proc/sys/kernel/random/boot_id`; differs from boot to boot.
  var bootID: String { text("/proc/sys/kernel/random/boot_id") ?? "" }

  /// The kernel's release.
  var release: String { text("/proc/sys/kernel/osrelease") ?? "" }

  /// The load average of the last minute.
  var load: Double {
    text("/proc/loadavg").flatMap { $0.split(separator: " ").first }.flatMap { Double($0) } ?? 0
  }

  /// How many processors are online.
  var logicalCPUs: Int {
    (text("/proc/cpuinfo") ?? "").split(separator: "\n").count { $0.hasPrefix("processor") }
  }

  /// The total memory.
  var totalMemory: ByteCount { memory("MemTotal:") }

  /// The memory available to programs without swapping.
  var availableMemory: ByteCount { memory("MemAvailable:") }

  private func memory(_ name: String) -> ByteCount {
    for line in (text("/proc/meminfo") ?? "").split(separator: "\n") where line.hasPrefix(name) {
      let fields = line.split(separator: " ")
      guard fields.count >= 2, let kibibytes = Int64(fields[1]) else { return .zero }
      return ByteCount(bytes: min(kibibytes, .max / 1024) * 1024)
    }
    return .zero
  }

  /// The Linux bridges.
  var bridges: [String] { names("/sys/class/net").filter { exists("/sys/class/net/\($0)/bridge") } }

  /// The pools of huge pages, smallest pages first; libvirt uses the kernel's default size for a guest that names none.
  var hugePages: [HugePages] {
    let usual = memory("Hugepagesize:")
    return names("/sys/kernel/mm/hugepages").compactMap { name in
      let digits = name.drop { !$0.isNumber }.prefix { $0.isNumber }
      guard name.hasSuffix("kB"), let kibibytes = Int64(digits), kibibytes < 1 << 40 else { return nil }
      let path = "/sys/kernel/mm/hugepages/\(name)"
      return HugePages(
        pageSize: ByteCount(bytes: kibibytes * 1024), total: Int(number("\(path)/nr_hugepages") ?? 0),
        free: Int(number("\(path)/free_hugepages") ?? 0), isDefault: kibibytes * 1024 == usual.bytes)
    }.sorted { $0.pageSize < $1.pageSize }
  }

  /// The disks, without loop, RAM and optical devices.
  var disks: [BlockDevice] {
    names("/sys/block").filter { name in !["loop", "ram", "sr", "fd", "zram"].contains { name.hasPrefix($0) } }
      .map { name in
        let sectors = min(number("/sys/block/\(name)/size") ?? 0, .max / 512)
        return BlockDevice(
          name: name, size: ByteCount(bytes: sectors * 512),
          rotational: text("/sys/block/\(name)/queue/rotational") == "1")
      }.filter { $0.size > .zero }
  }

  /// The TCP ports on which something listens, from all addresses.
  var listeningPorts: Set<Int> {
    var ports: Set<Int> = []
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      for line in (text(table) ?? "").split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count > 3, fields[3] == "0A", let port = fields[1].split(separator: ":").last else { continue }
        if let number = Int(port, radix: 16) { ports.insert(number) }
      }
    }
    return ports
  }
}

extension KernelFiles {
  /// The most devices of one kind that a report lists.
  private static let deviceLimit = 200

  /// The devices that a guest may use, as ``HostFacts/offers`` names them.
  var deviceOffers: [String] {
    let pci = names("/sys/bus/pci/devices").filter { address in
      // Bridges stay with the host.
      text("/sys/bus/pci/devices/\(address)/class")?.hasPrefix("0x06") == false
    }
    let usb = names("/sys/bus/usb/devices").compactMap { name -> String? in
      let path = "/sys/bus/usb/devices/\(name)"
      guard text("\(path)/bDeviceClass") != "09", let vendor = text("\(path)/idVendor"),
        let product = text("\(path)/idProduct")
      else { return nil }
      return "\(vendor):\(product)"
    }
    let network = names("/sys/class/net").filter { name in
      name != "lo" && !["vnet", "veth", "tap", "docker", "macvtap"].contains(where: name.hasPrefix)
    }
    let isIsolating = !names("/sys/class/iommu").isEmpty
    return offers(.pci, pci) + offers(.usb, usb) + offers(.mdev, names("/sys/bus/mdev/devices"))
      + offers(.networkDevice, network) + ["iommu/\(isIsolating ? "on" : "off")"]
  }

  /// The kind itself and its devices; empty for more devices than a report holds, since half a list would say that the
  /// others are missing.
  private func offers(_ kind: HostNeed.Kind, _ values: [String]) -> [String] {
    let found = Set(values.filter { $0.utf8.count <= 64 && $0.isPrintable })
    guard found.count <= Self.deviceLimit else { return [] }
    return ["\(kind.rawValue)/"] + found.sorted().map { "\(kind.rawValue)/\($0)" }
  }
}
