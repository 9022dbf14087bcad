internal import Fleet

/// A reservation as plain numbers. They may be negative: unmanaged VMs can overcommit a host.
struct Resources: Hashable, Sendable {
  var vcpus = 0
  var memory = 0
  var disk = 0

  init(vcpus: Int = 0, memory: Int = 0, disk: Int = 0) {
    self.vcpus = vcpus
    self.memory = memory
    self.disk = disk
  }

  /// Clamps each part to a range in which sums over a whole fleet do not overflow.
  init(_ reservation: Reservation) {
    let most = 1 << 46
    vcpus = min(max(0, reservation.vcpus), most)
    memory = min(Int(reservation.memory.bytes), most << 10)
    disk = min(Int(reservation.disk.bytes), most << 10)
  }

  /// The sum, clamped to the range of the type, like the difference and the product.
  static func + (left: Self, right: Self) -> Self {
    func sum(_ one: Int, _ other: Int) -> Int {
      let (sum, overflow) = one.addingReportingOverflow(other)
      return overflow ? (other < 0 ? .min : .max) : sum
    }
    return Resources(
      vcpus: sum(left.vcpus, right.vcpus), memory: sum(left.memory, right.memory), disk: sum(left.disk, right.disk))
  }

  static func - (left: Self, right: Self) -> Self {
    func difference(_ one: Int, _ other: Int) -> Int {
      let (difference, overflow) = one.subtractingReportingOverflow(other)
      return overflow ? (other < 0 ? .max : .min) : difference
    }
    return Resources(
      vcpus: difference(left.vcpus, right.vcpus), memory: difference(left.memory, right.memory),
      disk: difference(left.disk, right.disk))
  }

  static func += (left: inout Self, right: Self) { left = left + right }
  static func -= (left: inout Self, right: Self) { left = left - right }

  /// The product with a number.
  func times(_ count: Int) -> Self {
    func product(_ one: Int) -> Int {
      let (product, overflow) = one.multipliedReportingOverflow(by: count)
      return overflow ? ((one < 0) == (count < 0) ? .max : .min) : product
    }
    return Resources(vcpus: product(vcpus), memory: product(memory), disk: product(disk))
  }

  /// The larger of each part.
  func most(_ other: Self) -> Self {
    Resources(vcpus: max(vcpus, other.vcpus), memory: max(memory, other.memory), disk: max(disk, other.disk))
  }

  /// The smaller of each part.
  func least(_ other: Self) -> Self {
    Resources(vcpus: min(vcpus, other.vcpus), memory: min(memory, other.memory), disk: min(disk, other.disk))
  }

  /// True if it fits; a part that it does not need may be overcommitted.
  func fits(in free: Resources) -> Bool {
    (vcpus == 0 || vcpus <= free.vcpus) && (memory == 0 || memory <= free.memory) && (disk == 0 || disk <= free.disk)
  }

  /// How many times `part` fits into it, at most `most`.
  func count(of part: Resources, most: Int) -> Int {
    var count = most
    if part.vcpus > 0 { count = min(count, max(0, vcpus) / part.vcpus) }
    if part.memory > 0 { count = min(count, max(0, memory) / part.memory) }
    if part.disk > 0 { count = min(count, max(0, disk) / part.disk) }
    return count
  }

  /// The parts above 0, and 0 for the others.
  var positive: Resources { Resources(vcpus: max(0, vcpus), memory: max(0, memory), disk: max(0, disk)) }

  /// The largest share of `limit` that it takes; a part whose limit is 0 counts as all of it.
  func share(of limit: Resources) -> Double {
    func share(_ part: Int, _ whole: Int) -> Double {
      part <= 0 ? 0 : whole > 0 ? Double(part) / Double(whole) : 1
    }
    return max(share(vcpus, limit.vcpus), share(memory, limit.memory), share(disk, limit.disk))
  }
}

extension Int {
  /// Adds in place, clamped to the range of the type.
  mutating func add(_ other: Int) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The product, clamped to the range of the type.
  func times(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
