import Fleet
import FleetTestKit
import Testing

@Suite("What copies of a large value share")
struct SharedTests {
  private static let saved = DomainConfiguration(
    vcpus: 2, memory: .gibibytes(1), nics: [ObservedNIC(mac: nil, network: "default", device: "")],
    disks: [ObservedDisk(device: "disk", target: "vda", path: "/var/lib/libvirt/images/web.qcow2")])

  @Test("a change to a copy leaves the original as it is")
  func copies() {
    let original = ObservedDomain.unmanaged("web", id: .sample(1))
    var copy = original
    #expect(copy == original)
    copy.saved?.vcpus += 1
    copy.mark = nil
    copy.unread = ReadFailure(since: .sample, reason: "no answer")
    #expect(copy.saved?.vcpus == (original.saved?.vcpus ?? 0) + 1)
    #expect(original.unread == nil)
    #expect(copy != original)
  }

  @Test("equal values are equal and hash alike, whether they are shared or made twice")
  func equality() {
    let (one, other) = (Shared(wrappedValue: Self.saved), Shared(wrappedValue: Self.saved))
    #expect(one == other)
    #expect(Set([one, other, one]).count == 1)
    #expect(one != Shared(wrappedValue: nil))
    #expect(Shared<DomainConfiguration>(wrappedValue: nil) == Shared(wrappedValue: nil))
  }

  @Test("a domain has the configurations that it was made with, however much of them is kept once")
  func configurations() {
    var live = Self.saved
    live.nics[0].device = "vnet3"
    let domain = ObservedDomain(
      id: .sample(1), name: "web", state: .running, live: live, saved: Self.saved, seenAt: .sample)
    #expect(domain.live == live)
    #expect(domain.saved == Self.saved)
    let same = ObservedDomain(
      id: .sample(1), name: "web", state: .running, live: live, saved: live, seenAt: .sample)
    #expect(same.live == live)
    #expect(same.saved == live)
  }
}
