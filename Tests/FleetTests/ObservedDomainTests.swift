import Fleet
import Testing

@Suite("ObservedDomain")
struct ObservedDomainTests {
  private static func configuration(_ number: UInt64, port: Int?) -> DomainConfiguration {
    DomainConfiguration(
      vcpus: Int(number), nics: [ObservedNIC(mac: MACAddress(number: number)), ObservedNIC(mac: nil)],
      graphics: [ObservedGraphics(type: "vnc", port: port)])
  }

  @Test("addresses and ports of live, saved and kept configurations all count")
  func everywhere() throws {
    let domain = ObservedDomain(
      id: VMID(UniqueID(high: 1, low: 1)), name: "x", state: .running, live: Self.configuration(1, port: 5901),
      saved: Self.configuration(2, port: -1),
      kept: [Self.configuration(3, port: 5903), Self.configuration(4, port: nil)],
      seenAt: Timestamp(seconds: 0))
    #expect(Set(domain.macs.map(\.number)) == [1, 2, 3, 4])
    #expect(domain.displayPorts == [5901, 5903])
    #expect(domain.effective?.vcpus == 1)
  }

  @Test("a domain that says nothing has nothing")
  func empty() {
    let domain = ObservedDomain(
      id: VMID(UniqueID(high: 1, low: 1)), name: "x", state: .unknown, seenAt: Timestamp(seconds: 0))
    #expect(domain.macs.isEmpty && domain.displayPorts.isEmpty && domain.effective == nil)
  }

  @Test("a change to a copy leaves the original as it is")
  func copies() {
    let id = VMID(UniqueID(high: 1, low: 1))
    let original = ObservedDomain(
      id: id, name: "x", state: .stopped, saved: Self.configuration(1, port: nil), seenAt: Timestamp(seconds: 0))
    var copy = original
    #expect(copy == original && copy.hashValue == original.hashValue)
    copy.saved?.vcpus = 8
    copy.unread = ReadFailure(since: Timestamp(seconds: 1), reason: "no answer")
    #expect(copy.saved?.vcpus == 8 && original.saved?.vcpus == 1)
    #expect(copy != original && original.unread == nil)
  }

  @Test("both configurations are as given, however much of them is kept once")
  func shared() {
    let saved = Self.configuration(1, port: 5901)
    var live = saved
    live.nics[0].device = "vnet3"
    for (one, other) in [(live, saved), (saved, saved)] {
      let domain = ObservedDomain(
        id: VMID(UniqueID(high: 1, low: 1)), name: "x", state: .running, live: one, saved: other,
        seenAt: Timestamp(seconds: 0))
      #expect(domain.live == one && domain.saved == other)
    }
  }
}
