import Fleet
import Testing

@Suite("Rates of use")
struct UsageRatesTests {
  private let earlier = DomainStatistics(
    id: VMID(UniqueID(high: 1, low: 1)), cpuTimeNanoseconds: 5_000_000_000, blockReadBytes: 1000,
    blockWriteBytes: 2000, netReceivedBytes: 3000, netSentBytes: 4000)

  private func later(_ change: (inout DomainStatistics) -> Void) -> DomainStatistics {
    var later = earlier
    change(&later)
    return later
  }

  @Test("two samples make a rate of each counter")
  func rates() {
    let later = later {
      $0.cpuTimeNanoseconds += 15_000_000_000
      $0.blockReadBytes += 100
      $0.blockWriteBytes += 200
      $0.netReceivedBytes += 50
    }
    #expect(
      UsageRates(from: earlier, to: later, seconds: 10)
        == UsageRates(
          cpus: 1.5, readBytesPerSecond: 10, writtenBytesPerSecond: 20, receivedBytesPerSecond: 5,
          sentBytesPerSecond: 0))
  }

  @Test("a processor time that went back is another process, of which nothing is known")
  func anotherProcess() {
    let later = later {
      $0.cpuTimeNanoseconds = 1
      $0.blockReadBytes += 1_000_000
    }
    #expect(UsageRates(from: earlier, to: later, seconds: 10) == UsageRates())
  }

  @Test("another counter that went back is unknown alone")
  func counterBack() {
    let rates = UsageRates(from: earlier, to: later { $0.netReceivedBytes = 0 }, seconds: 10)
    #expect(rates.receivedBytesPerSecond == nil)
    #expect(rates.sentBytesPerSecond == 0 && rates.cpus == 0)
  }

  @Test("samples of one moment, out of order or far apart make no rate", arguments: [0, -10, 121, .infinity, .nan])
  func noTime(seconds: Double) {
    #expect(UsageRates(from: earlier, to: earlier, seconds: seconds) == UsageRates())
  }

  @Test("counters at their very end make a number")
  func extremes() {
    let later = later { $0.cpuTimeNanoseconds = .max }
    #expect(UsageRates(from: earlier, to: later, seconds: 0.001).cpus?.isFinite == true)
  }
}
