/// One domain's statistics; a value that the driver did not report is nil or empty.
///
/// Counters grow from the domain's start. Corresponds to a `virDomainStatsRecord`,
/// <https://libvirt.org/html/libvirt-libvirt-domain.html#virConnectGetAllDomainStats>.
package struct DomainStats: Sendable, Hashable {
  /// The domain.
  package let identity: Identity
  /// The state and the reason for it.
  package let status: DomainStatus?
  /// Processor time used by guest and emulator.
  package let cpuTimeNanoseconds: UInt64?
  /// The memory it has now.
  package let balloonCurrentBytes: UInt64?
  /// The most memory it may have.
  package let balloonMaximumBytes: UInt64?
  /// The host memory that its process holds.
  ///
  /// QEMU reports it for every running domain, except for a busy one with `nowait`.
  package let residentBytes: UInt64?
  /// Processors it has now.
  package let vcpus: Int?
  /// Processors it may have.
  package let maximumVCPUs: Int?
  /// Its disks and drives.
  package let blocks: [Block]
  /// Its network interfaces.
  package let interfaces: [Interface]

  /// One disk or drive.
  package struct Block: Sendable, Hashable {
    /// The target, such as `vda`.
    package let name: String
    /// The file or device behind it; nil for an empty drive.
    package let path: String?
    /// Bytes the guest read.
    package let readBytes: UInt64?
    /// Bytes the guest wrote.
    package let writtenBytes: UInt64?
    /// The size the guest sees.
    package let capacityBytes: UInt64?
    /// The highest byte in use of the image.
    package let allocationBytes: UInt64?
    /// The bytes the file takes on the host.
    package let physicalBytes: UInt64?
  }

  /// One network interface.
  package struct Interface: Sendable, Hashable {
    /// The host's device, such as `vnet0`.
    package let name: String
    /// Bytes the guest received.
    package let receivedBytes: UInt64?
    /// Bytes the guest sent.
    package let sentBytes: UInt64?
  }
}

extension DomainStats {
  /// Reads libvirt's names, as listed under `virConnectGetAllDomainStats`.
  init(identity: Identity, _ parameters: TypedParameters) {
    self.identity = identity
    status = parameters.number("state.state").map { state in
      DomainStatus(
        rawState: Int32(clamping: state),
        rawReason: Int32(clamping: parameters.number("state.reason") ?? 0))
    }
    cpuTimeNanoseconds = parameters.number("cpu.time")
    balloonCurrentBytes = parameters.number("balloon.current").map { UInt64(kibibytes: $0) }
    balloonMaximumBytes = parameters.number("balloon.maximum").map { UInt64(kibibytes: $0) }
    residentBytes = parameters.number("balloon.rss").map { UInt64(kibibytes: $0) }
    vcpus = parameters.number("vcpu.current").map { Int(clamping: $0) }
    maximumVCPUs = parameters.number("vcpu.maximum").map { Int(clamping: $0) }
    blocks = (0..<parameters.count("block.count")).compactMap { index in
      let prefix = "block.\(index)"
      guard let name = parameters.text("\(prefix).name") else { return nil }
      return Block(
        name: name, path: parameters.text("\(prefix).path"),
        readBytes: parameters.number("\(prefix).rd.bytes"),
        writtenBytes: parameters.number("\(prefix).wr.bytes"),
        capacityBytes: parameters.number("\(prefix).capacity"),
        allocationBytes: parameters.number("\(prefix).allocation"),
        physicalBytes: parameters.number("\(prefix).physical"))
    }
    interfaces = (0..<parameters.count("net.count")).compactMap { index in
      let prefix = "net.\(index)"
      guard let name = parameters.text("\(prefix).name") else { return nil }
      return Interface(
        name: name, receivedBytes: parameters.number("\(prefix).rx.bytes"),
        sentBytes: parameters.number("\(prefix).tx.bytes"))
    }
  }
}
