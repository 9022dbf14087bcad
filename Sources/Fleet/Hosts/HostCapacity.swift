/// The resources of a host that the fleet may reserve.
package struct HostCapacity: Hashable, Sendable {
  /// Logical CPUs.
  package var vcpus: Int
  /// Memory, including ``reservedMemory``.
  package var memory: ByteCount
  /// Disk space.
  package var disk: ByteCount
  /// Virtual CPUs per logical CPU, 0.1 or more.
  package var cpuRatio: Double
  /// Guest memory per byte of memory, 0.1 or more.
  package var memoryRatio: Double
  /// Memory kept for the host itself.
  package var reservedMemory: ByteCount

  /// Makes a capacity; a ratio outside of 0.1…100, or NaN, counts as 1.
  package init(
    vcpus: Int, memory: ByteCount, disk: ByteCount, cpuRatio: Double = 1, memoryRatio: Double = 1,
    reservedMemory: ByteCount = .zero
  ) {
    func sane(_ ratio: Double) -> Double { (0.1...100).contains(ratio) ? ratio : 1 }
    self.vcpus = min(max(0, vcpus), 1 << 20)
    self.memory = memory
    self.disk = disk
    self.cpuRatio = sane(cpuRatio)
    self.memoryRatio = sane(memoryRatio)
    self.reservedMemory = reservedMemory
  }

  /// The most that VMs may reserve together.
  package var limit: Reservation {
    Reservation(
      vcpus: Int(Self.product(Double(vcpus), cpuRatio)),
      memory: ByteCount(bytes: Self.product(Double((memory - reservedMemory).bytes), memoryRatio)), disk: disk)
  }

  /// Rounds down, but compensates for binary fractions: 100 × 0.29 is 29. At most 2⁶², which fits Int64.
  private static func product(_ number: Double, _ ratio: Double) -> Int64 {
    let product = number * ratio
    guard product > 0 else { return 0 }
    return Int64(min((product + 1e-6).rounded(.down), 0x1p62))
  }
}
