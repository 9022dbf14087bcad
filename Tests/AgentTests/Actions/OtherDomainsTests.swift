import DomainXML
import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import SimulationKit
import Testing

@testable import Agent

/// What else of a host needs a disk that is about to go; the headers are qemu-img's own.
@Suite("The other domains of a host, when a disk goes")
struct OtherDomainsTests {
  private let directory: TemporaryDirectory
  private let disk: DiskRecords.Record
  private let records: DiskRecords
  private let environment = AgentEnvironment(
    wallClock: ManualClock(.sample), clock: ContinuousClock(), random: SeededRandomSource(seed: 1))

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("disk.raw", String(repeating: "x", count: 1 << 20))
    disk = try #require(DiskRecords.record(of: directory.path + "/disk.raw"))
    records = DiskRecords(directory: StateDirectory(directory.path))
  }

  /// Makes a qcow2 file that lies on what is given, whatever that is.
  private func overlay(_ name: String, on backing: String, format: String = "qcow2") async throws -> String {
    let path = "\(directory.path)/\(name)"
    let made = try await ProcessRunner(environment: environment).run(
      Command("qemu-img", ["create", "-q", "-f", "qcow2", "-u", "-b", backing, "-F", format, path, "1M"]))
    try #require(made.succeeded, "\(made.complaint)")
    return path
  }

  private func refusal(
    _ other: ObservedDisk, pools: [StoragePool] = [], state: DomainState = .stopped
  ) -> FleetError? {
    var duplicate = ObservedDomain.unmanaged("twin", id: .sample(700), state: state)
    duplicate.saved?.disks = [other]
    do {
      try OtherDomains(domains: [duplicate], pools: pools, records: records).check([disk])
      return nil
    } catch {
      return FleetError(error)
    }
  }

  private func disk(
    _ path: String, format: String = "qcow2", identity: String = "", beneath: [String] = []
  ) -> ObservedDisk {
    ObservedDisk(
      device: "disk", target: "vda", path: path, format: format, identity: identity, beneath: beneath)
  }

  @Test("it stays if it lies beneath one of theirs, however far, or if a document says so")
  func beneath() async throws {
    let first = try await overlay("first", on: disk.path, format: "raw")
    let second = try await overlay("second", on: "first")
    let named = try await overlay("named", on: "file:" + disk.path, format: "raw")
    let missing = directory.path + "/gone"
    for other in [disk(first), disk(second), disk(named), disk(missing, beneath: [disk.path])] {
      let refusal = refusal(other)
      #expect(refusal?.code == .conflict && refusal?.hint.contains("--keep-disks") == true, "\(other)")
    }
  }

  @Test("what lies beneath a disk is told with the domain, by headers, without links")
  func told() async throws {
    _ = try await overlay("first", on: disk.path, format: "raw")
    let second = try await overlay("second", on: "../\(directory.path.split(separator: "/").last ?? "")/first")
    let link = directory.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: second)
    let loop = try await overlay("loop", on: "loop")
    var domain = ObservedDomain.unmanaged("twin", id: .sample(700))
    domain.saved?.disks = [
      disk(link), disk(disk.path, format: "raw"), disk(second, format: "raw"), disk(loop),
      disk("/nowhere/x", beneath: ["/srv/base"]),
    ]
    let found = try await DiskIdentities(environment: environment).found(in: domain) { [] }
    let beneath = try #require(found.saved?.disks.map(\.beneath))
    #expect(Set(beneath[0]).isSuperset(of: [second, directory.path + "/first", disk.path]))
    #expect(beneath[1].isEmpty && beneath[2].isEmpty && beneath[3].isEmpty && beneath[4] == ["/srv/base"])
    let again = try ObservedDomain(found.message)
    #expect(again == found && again.digest == found.digest, "and the wire carries it")
    var deep = disk(second)
    deep.beneath = (0..<1000).map { "/srv/\($0)" }
    #expect(try ObservedDisk(deep.message, at: FieldPath("disk")).beneath.count == 64)
  }

  /// A domain that is off and has a disk in QEMU's arguments alone.
  private func byArgument(_ option: String, _ value: String) throws -> ObservedDomain {
    let document = try DomainDocument(
      parsing: """
        <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>twin</name>
        <os><type arch='x86_64'>hvm</type></os><devices/>
        <qemu:commandline><qemu:arg value='\(option)'/><qemu:arg value='\(value)'/></qemu:commandline></domain>
        """)
    var domain = ObservedDomain.unmanaged("twin", id: .sample(700), state: .stopped)
    domain.saved = DomainConfiguration(document)
    return domain
  }

  @Test("a disk in QEMU's arguments alone stays, and nothing writes there")
  func argument() async throws {
    let above = try await overlay("above", on: disk.path, format: "raw")
    let fixture = try await AgentFixture(in: directory)
    let ways = [
      ("-drive", "file=\(disk.path),format=raw"), ("-drive", "file=\(above),if=virtio"),
      ("-object", "memory-backend-file,id=m,mem-path=\(disk.path)"), ("-cdrom", disk.path),
    ]
    for (number, (option, value)) in zip((1 as UInt64)..., ways) {
      let domain = try byArgument(option, value)
      let refused = #expect(throws: FleetError.self) {
        try OtherDomains(domains: [domain], pools: [], records: records).check([disk])
      }
      #expect(refused?.code == .conflict && refused?.message.contains("twin") == true, "\(option) \(value)")
      let found = try await DiskIdentities(environment: environment).found(in: domain) { [] }
      #expect(found.needs(disk.path), "and no image takes its place: \(option) \(value)")
      fixture.hypervisor.edit { $0.domains[found.id] = found }
      let spec = AgentFixture.spec(
        disks: [DiskSpec(target: "vda", format: .raw, source: .existing, path: disk.path)])
      let failure = await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: number)
      let isWritten = option != "-cdrom"
      #expect((failure?.code == .conflict && failure?.message.contains("twin") == true) == isWritten, "\(option)")
      #expect(try ObservedDomain(found.message) == found, "and the wire carries it")
    }
  }

  @Test("it stays if they can't say what they need, with the way out")
  func unsure() async throws {
    let json = try await overlay("json", on: "json:{\"driver\":\"raw\",\"file\":{\"filename\":\"\(disk.path)\"}}")
    let loop = try await overlay("loop", on: "back")
    _ = try await overlay("back", on: "loop")
    let damaged = directory.path + "/damaged"
    try Data([0x51, 0x46, 0x49, 0xfb] + [UInt8](repeating: 0xff, count: 100)).write(to: URL(filePath: damaged))
    let volume = disk("", identity: "volume:nowhere/x")
    for other in [disk(json), disk(loop), disk(damaged), volume] {
      let refusal = refusal(other)
      #expect(refusal?.code == .precondition && refusal?.hint.contains("--keep-disks") == true, "\(other)")
      #expect(refusal?.message.contains("twin") == true)
    }
  }

  @Test("it goes if theirs are raw, gone, remote, or volumes of a pool without files")
  func free() async throws {
    let first = try await overlay("first", on: disk.path, format: "raw")
    let remote = try await overlay("remote", on: "nbd://127.0.0.1/x", format: "raw")
    let pool = StoragePool(
      name: "ceph", type: "rbd", path: "", isActive: true, autostart: true, capacity: .zero, allocation: .zero,
      available: .zero)
    for other in [
      disk(first, format: "raw"), disk(directory.path + "/gone"), disk(remote),
      disk("", identity: "volume:ceph/x"),
    ] {
      #expect(refusal(other, pools: [pool]) == nil, "\(other)")
    }
  }
}
