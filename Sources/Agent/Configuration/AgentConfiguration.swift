package import Fleet
internal import TOMLKit

/// The content of `agent.toml` in the state directory; the host supplies what it leaves out.
package struct AgentConfiguration: Hashable, Sendable {
  /// The capacity that the fleet may reserve; nil parts are taken from the machine.
  package struct Capacity: Hashable, Sendable {
    /// The processors to count; nil for all logical ones.
    package var vcpus: Int?
    /// Memory; nil for all.
    package var memory: ByteCount?
    /// Disk space; nil for the size of the file system with the image directory.
    package var disk: ByteCount?
    /// Virtual CPUs for each processor; nil for the default.
    package var cpuRatio: Double?
    /// Nominal memory for each byte of memory.
    package var memoryRatio: Double?
    /// Memory kept for the host itself; nil for a tenth, at most 1 GiB.
    package var reservedMemory: ByteCount?

    /// Makes a capacity of nil parts.
    package init() {}
  }

  /// Where disks and cached images go.
  package var imageDirectory = "/var/lib/libvirt/images"
  /// libvirt's URI; nil for the one given when the host joined.
  package var libvirtURI: String?
  /// The capacity that the fleet may reserve.
  package var capacity = Capacity()

  /// Makes an empty configuration.
  package init() {}

  /// The capacity of a machine of this size.
  package func capacity(logicalCPUs: Int, memory: ByteCount, disk: ByteCount) -> HostCapacity {
    let total = capacity.memory ?? memory
    let reserved = capacity.reservedMemory ?? min(.gibibytes(1), ByteCount(bytes: total.bytes / 10))
    return HostCapacity(
      vcpus: capacity.vcpus ?? logicalCPUs, memory: total, disk: capacity.disk ?? disk,
      cpuRatio: capacity.cpuRatio ?? 1, memoryRatio: capacity.memoryRatio ?? 1, reservedMemory: reserved)
  }
}

extension AgentConfiguration {
  /// The tables of the file, and the keys of each.
  private static let keys = [
    "agent": ["image_dir", "libvirt_uri"],
    "capacity": ["vcpus", "memory", "disk", "cpu_ratio", "memory_ratio", "reserved_memory"],
  ]

  /// Reads `agent.toml`.
  /// - Parameter name: the file's name, for errors.
  /// - Throws: ``FleetError`` with code `invalid` that names the line: for text that is not TOML, unknown tables and
  ///   keys (with the nearest known one), values of the wrong type and values out of range.
  package init(toml text: String, named name: String) throws(FleetError) {
    self.init()
    let root: TOMLTable
    do {
      root = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw FleetError(.invalid, "\(name), line \(error.source.begin.line): \(error.description.printable)")
    } catch {
      throw FleetError(.invalid, "\(name) is not TOML: \(String(describing: error).printable)")
    }
    let reader = ConfigurationReader(text: text, name: name)
    try reader.checkKeys(of: root, in: nil, known: Self.keys.keys.sorted())
    for (section, known) in Self.keys.sorted(by: { $0.key < $1.key }) {
      if let table = try reader.table(section, of: root) {
        try reader.checkKeys(of: table, in: section, known: known)
      }
    }
    if let agent = try reader.table("agent", of: root) { try readAgent(agent, reader) }
    if let capacity = try reader.table("capacity", of: root) { try readCapacity(capacity, reader) }
  }

  private mutating func readAgent(_ table: TOMLTable, _ reader: ConfigurationReader) throws(FleetError) {
    if let path = try reader.string("image_dir", of: table, in: "agent") {
      do { try DiskSpec.check(path: path) } catch {
        throw reader.invalid("image_dir", in: "agent", error.message)
      }
      imageDirectory = path
    }
    if let uri = try reader.string("libvirt_uri", of: table, in: "agent") {
      guard uri.contains(":"), uri.utf8.count <= 256, uri.printable == uri else {
        throw reader.invalid("libvirt_uri", in: "agent", "it is not a libvirt URI such as qemu:///system")
      }
      libvirtURI = uri
    }
  }

  private mutating func readCapacity(_ table: TOMLTable, _ reader: ConfigurationReader) throws(FleetError) {
    capacity.vcpus = try reader.integer("vcpus", of: table, in: "capacity", within: 1...65536)
    capacity.memory = try reader.size("memory", of: table, in: "capacity", least: .mebibytes(64))
    capacity.disk = try reader.size("disk", of: table, in: "capacity", least: .zero)
    capacity.cpuRatio = try reader.number("cpu_ratio", of: table, in: "capacity", within: 0.1...100)
    capacity.memoryRatio = try reader.number("memory_ratio", of: table, in: "capacity", within: 0.1...100)
    capacity.reservedMemory = try reader.size("reserved_memory", of: table, in: "capacity", least: .zero)
    if let memory = capacity.memory, let reserved = capacity.reservedMemory, reserved >= memory {
      throw reader.invalid("reserved_memory", in: "capacity", "\(reserved) leaves nothing of \(memory)")
    }
  }
}
