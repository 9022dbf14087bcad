import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("Library images on a host")
struct ImageCacheTests {
  private static let bytes = [UInt8](repeating: 7, count: 1 << 20)

  /// A cache over the files of a host, as an agent that has just begun has it.
  private func cache(_ fixture: AgentFixture) -> ImageCache {
    ImageCache(
      imageDirectory: fixture.directory.path + "/images", source: fixture.images,
      qemuImg: QemuImg(runner: ProcessRunner(environment: fixture.environment)), hypervisor: fixture.hypervisor)
  }

  /// An image in the library and, fetched, on the host.
  private func fetched(_ fixture: AgentFixture) async throws -> (Image, path: String) {
    try fixture.directory.write("source", String(decoding: Self.bytes, as: UTF8.self))
    let sum = try await ProcessRunner(environment: fixture.environment).run(
      Command("sha256sum", [fixture.directory.path + "/source"])
    ).output.prefix(64)
    let image = Image(
      id: .sample(501), name: "tiny", format: .raw, virtualSize: .mebibytes(1), fileSize: .mebibytes(1),
      sha256: String(sum), createdAt: .sample)
    fixture.images.put(Self.bytes, as: image.id)
    let path = try await cache(fixture).path(of: image) { _ in }
    #expect(try HostFile.read(path, limit: 1 << 30) == Self.bytes)
    return (image, path)
  }

  /// Writes over a file that nobody was to write to.
  private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    #expect(chmod(path, 0o644) == 0)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test("a file changed on the host is refused by name, left as it is, and makes no VM")
  func changed() async throws {
    let fixture = try await AgentFixture()
    let (image, path) = try await fetched(fixture)
    var other = Self.bytes
    other[4711] ^= 1
    try overwrite(path, other)
    let cache = cache(fixture)
    for _ in 0..<2 {
      let refused = await #expect(throws: FleetError.self) { try await cache.path(of: image) { _ in } }
      #expect(refused?.code == .precondition && refused?.message.contains(path) == true)
      #expect(refused?.message.contains("was changed on this host") == true)
      #expect(refused?.hint.contains("fetched again") == true)
    }
    #expect(try HostFile.read(path, limit: 1 << 30) == other && fixture.images.offsets == [0])
    let reference = ImageRef(id: image.id, name: image.name)
    var order = AgentFixture.provision(
      AgentFixture.spec(disks: [DiskSpec(target: "vda", format: .raw, source: .copy(reference))]))
    order.images = [image]
    #expect(await fixture.run(.provision(order), id: 1)?.message.contains(path) == true)
    #expect(fixture.hypervisor.edit { $0.domains.isEmpty } && !fixture.hypervisor.calls.contains("define"))
    // What the hint says helps.
    #expect(rename(path, path + ".away") == 0)
    #expect(await fixture.run(.provision(order), id: 2) == nil)
    #expect(try HostFile.read(path, limit: 1 << 30) == Self.bytes && fixture.images.offsets == [0, 0])
  }

  @Test("a file of another length is not the image: the library's takes its place")
  func resized() async throws {
    for size in [0, 1 << 19, 1 << 21] {
      let fixture = try await AgentFixture()
      let (image, path) = try await fetched(fixture)
      try overwrite(path, [UInt8](repeating: 7, count: size))
      #expect(try await cache(fixture).path(of: image) { _ in } == path)
      #expect(try HostFile.read(path, limit: 1 << 30) == Self.bytes)
    }
  }

  @Test("a file of another length stays while a domain or a process uses it")
  func resizedInUse() async throws {
    let fixture = try await AgentFixture()
    let (image, path) = try await fetched(fixture)
    try overwrite(path, [UInt8](repeating: 7, count: 1 << 21))
    let written = try HostFile.read(path, limit: 1 << 30)
    let base = ObservedDisk(device: "disk", target: "vda", path: "/top.qcow2", beneath: [path])
    var overlay = ObservedDomain.unmanaged("overlay", id: .sample(7))
    overlay.saved = DomainConfiguration(disks: [base])
    let unreadable = ObservedDomain(unreadable: .sample(8), FleetError(.internal, "no"), at: .sample)
    for domain in [overlay, unreadable] {
      fixture.hypervisor.edit { $0.domains[domain.id] = domain }
      let needed = await #expect(throws: FleetError.self) { try await cache(fixture).path(of: image) { _ in } }
      #expect(needed?.code == .precondition && needed?.message.contains("\"\(domain.name)\" needs it") == true)
      fixture.hypervisor.edit { $0.domains[domain.id] = nil }
    }
    let reader = Process()
    reader.executableURL = URL(fileURLWithPath: "/bin/sleep")
    reader.arguments = ["60"]
    reader.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    try reader.run()
    let held = await #expect(throws: FleetError.self) { try await cache(fixture).path(of: image) { _ in } }
    #expect(held?.message.contains("pid \(reader.processIdentifier)") == true)
    #expect(try HostFile.read(path, limit: 1 << 30) == written)
    kill(reader.processIdentifier, SIGKILL)
    try await eventually("it has ended") { !reader.isRunning }
    #expect(try await cache(fixture).path(of: image) { _ in } == path)
    #expect(try HostFile.read(path, limit: 1 << 30) == Self.bytes)
  }

  @Test("a file that was verified and is written to afterwards is refused all the same")
  func changedLater() async throws {
    let fixture = try await AgentFixture()
    let (image, path) = try await fetched(fixture)
    let cache = cache(fixture)
    _ = try await cache.path(of: image) { _ in }
    try overwrite(path, [UInt8](repeating: 8, count: Self.bytes.count))
    let refused = await #expect(throws: FleetError.self) { try await cache.path(of: image) { _ in } }
    #expect(refused?.message.contains("was changed on this host") == true)
    try overwrite(path, Self.bytes)
    #expect(try await cache.path(of: image) { _ in } == path)
    #expect(fixture.images.offsets == [0])
  }

  @Test("an unchanged file is not fetched again, nor by an agent that begins anew")
  func unchanged() async throws {
    let fixture = try await AgentFixture()
    let (image, path) = try await fetched(fixture)
    let cache = cache(fixture)
    for _ in 0..<3 { #expect(try await cache.path(of: image) { _ in } == path) }
    #expect(fixture.images.offsets == [0])
  }
}
