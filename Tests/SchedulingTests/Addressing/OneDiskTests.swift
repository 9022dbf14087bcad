import Fleet
import FleetTestKit
import Testing

@testable import Scheduling

@Suite("Two definitions with one disk")
struct OneDiskTests {
  private func domain(_ name: String, _ id: UInt64, _ disk: ObservedDisk) -> ObservedDomain {
    var domain = ObservedDomain.unmanaged(name, id: .sample(id))
    domain.live = nil
    domain.saved = DomainConfiguration(disks: [disk])
    return domain
  }

  private func duplicates(_ one: ObservedDisk, _ two: ObservedDisk, on other: String = "h1") -> [DuplicateVM] {
    DuplicateDefinitions.of(
      DuplicateDefinitions.Member(domain("one", 1, one), host: "h1"),
      among: [DuplicateDefinitions.Member(domain("two", 2, two), host: other)], shared: SharedStorage())
  }

  private func disk(_ path: String, _ identity: String = "", shareable: Bool = false) -> ObservedDisk {
    ObservedDisk(device: "disk", target: "vda", path: path, shareable: shareable, identity: identity)
  }

  @Test("are told, however their paths are written")
  func paths() {
    #expect(duplicates(disk("/srv/quorum.img"), disk("/srv//./quorum.img")).first?.kind == .sameDisk)
    let linked = duplicates(disk("/srv/a.img", "file:8:12"), disk("/mnt/b.img", "file:8:12"))
    #expect(linked.first?.sentence.contains("goes by different paths") == true)
    #expect(duplicates(disk("/dev/sdb", "block:2064"), disk("/dev/disk/by-id/x", "block:2064")).count == 1)
    #expect(duplicates(disk("/srv/a.img", "file:8:12"), disk("/srv/b.img", "file:8:13")).isEmpty)
  }

  @Test("are told of what is no file, on one host or on any")
  func elsewhere() {
    #expect(duplicates(disk("", "volume:default/x"), disk("", "volume:default/x")).count == 1)
    #expect(duplicates(disk("", "volume:default/x"), disk("", "volume:default/x"), on: "h2").isEmpty)
    #expect(duplicates(disk("", "net:rbd:a:/p/x"), disk("", "net:rbd:a:/p/x"), on: "h2").count == 1)
    #expect(duplicates(disk("/a", "file:8:12"), disk("/b", "file:8:12"), on: "h2").isEmpty, "inodes are one host's")
  }

  @Test("share it only if both say so")
  func shareable() {
    #expect(duplicates(disk("/q", shareable: true), disk("/q", shareable: true)).isEmpty)
    #expect(duplicates(disk("/q", shareable: true), disk("/q")).count == 1)
    #expect(duplicates(disk("/q"), disk("/q", shareable: true)).count == 1)
  }

  @Test("one path in a folder that both hosts have mounted is one file")
  func networkFolders() {
    let shared = SharedStorage(folders: ["h1": ["/srv/nfs", "/"], "h2": ["/srv/nfs"], "h3": ["/mnt"]])
    #expect(shared.isOne("/srv/nfs/a.img", on: "h1", and: "h2"))
    #expect(!shared.isOne("/srv/nfs/a.img", on: "h1", and: "h3") && !shared.isOne("/a.img", on: "h1", and: "h2"))
    #expect(!shared.isOne("/srv/nfs2/a.img", on: "h1", and: "h2") && shared.isNetwork("/mnt/x", on: "h3"))
  }
}
