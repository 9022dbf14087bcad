/// What a VM takes of its host, at its nominal size.
public struct Reservation: Hashable, Sendable {
  /// Virtual CPUs.
  public var vcpus: Int
  /// Memory.
  public var memory: Memory
  /// Disk space.
  public var disk: Memory

  /// Makes a reservation.
  public init(vcpus: Int = 0, memory: Memory = .zero, disk: Memory = .zero) {
    self.vcpus = vcpus
    self.memory = memory
    self.disk = disk
  }

  /// The sum of two reservations.
  public static func + (left: Self, right: Self) -> Self {
    let (vcpus, overflow) = left.vcpus.addingReportingOverflow(right.vcpus)
    return Reservation(
      vcpus: overflow ? .max : vcpus, memory: left.memory + right.memory, disk: left.disk + right.disk)
  }

  /// Adds in place.
  public static func += (left: inout Self, right: Self) { left = left + right }
}
