import Fleet
import Testing

@Suite("HostCapacity")
struct HostCapacityTests {
  @Test("ratios multiply, the reserve is taken off before")
  func limit() {
    let capacity = HostCapacity(
      vcpus: 8, memory: .gibibytes(64), disk: .gibibytes(500), cpuRatio: 4, memoryRatio: 1.5,
      reservedMemory: .gibibytes(4))
    #expect(
      capacity.limit == Reservation(vcpus: 32, memory: .gibibytes(90), disk: .gibibytes(500)))
  }

  @Test(
    "vCPUs are rounded down, but not for what binary fractions lose",
    arguments: [(100, 0.29, 29), (10, 0.29, 2), (3, 0.5, 1), (1, 0.1, 0), (10, 1.1, 11), (7, 1, 7), (1000, 0.7, 700)]
      as [(Int, Double, Int)])
  func rounding(_ vcpus: Int, _ ratio: Double, _ limit: Int) {
    #expect(HostCapacity(vcpus: vcpus, memory: .zero, disk: .zero, cpuRatio: ratio).limit.vcpus == limit)
  }

  @Test(
    "ratios that make no sense count as one",
    arguments: [0, -1, 0.09, 100.1, .nan, .infinity, -.infinity, .greatestFiniteMagnitude] as [Double])
  func ratios(_ ratio: Double) {
    let capacity = HostCapacity(
      vcpus: 8, memory: .gibibytes(8), disk: .zero, cpuRatio: ratio, memoryRatio: ratio)
    #expect(capacity.limit.vcpus == 8)
    #expect(capacity.limit.memory == .gibibytes(8))
  }

  @Test("nothing that a host says makes the limit trap, negative or wrap around")
  func extremes() {
    for vcpus in [Int.min, -1, 0, 1, .max] {
      for bytes in [Int64.min, 0, .max] {
        for ratio in [0.1, 1, 100, Double.nan, -.infinity, .infinity] {
          var capacity = HostCapacity(
            vcpus: vcpus, memory: ByteCount(bytes: bytes), disk: ByteCount(bytes: bytes), cpuRatio: ratio,
            memoryRatio: ratio, reservedMemory: .gibibytes(1))
          #expect(capacity.limit.vcpus >= 0 && capacity.limit.memory >= .zero)
          capacity.cpuRatio = ratio
          capacity.memoryRatio = ratio
          #expect(capacity.limit.vcpus >= 0 && capacity.limit.memory >= .zero)
        }
      }
    }
    let small = HostCapacity(vcpus: 1, memory: .gibibytes(1), disk: .zero, reservedMemory: .gibibytes(2))
    #expect(small.limit.memory == .zero)
  }

  @Test("reservations add up and are held to the range")
  func reservations() {
    var sum = Reservation(vcpus: 1, memory: .gibibytes(1), disk: .gibibytes(2))
    sum += Reservation(vcpus: 2, memory: .gibibytes(3), disk: .gibibytes(4))
    #expect(sum == Reservation(vcpus: 3, memory: .gibibytes(4), disk: .gibibytes(6)))
    sum += Reservation(vcpus: .max, memory: ByteCount(bytes: .max), disk: ByteCount(bytes: .max))
    #expect(sum == Reservation(vcpus: .max, memory: ByteCount(bytes: .max), disk: ByteCount(bytes: .max)))
  }
}
