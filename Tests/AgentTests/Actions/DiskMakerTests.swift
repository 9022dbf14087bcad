import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("Disks, made with the real qemu-img")
struct DiskMakerTests {
  private func provision(_ disks: [DiskSpec], images: [Image] = [], id: VMID = .sample(1)) -> ProvisionRequest {
    var provision = AgentFixture.provision(AgentFixture.spec(disks: disks), id: id)
    provision.images = images
    return provision
  }

  /// An image with real bytes in the library.
  private func image(
    in fixture: AgentFixture, _ arguments: [String], format: ImageFormat = .qcow2,
    virtualSize: ByteCount = .mebibytes(8),
    name: String = "tiny", id: ImageID = .sample(501)
  ) async throws -> Image {
    let path = "\(fixture.directory.path)/\(name).source"
    let runner = ProcessRunner(environment: fixture.environment)
    let made = try await runner.run(Command("qemu-img", ["create", "-q"] + arguments.map { $0 == "@" ? path : $0 }))
    #expect(made.succeeded, "\(made.complaint)")
    let bytes = try #require(try HostFile.read(path, limit: 1 << 30))
    let sum = try await runner.run(Command("sha256sum", [path])).output.prefix(64)
    fixture.images.put(bytes, as: id)
    return Image(
      id: id, name: name, format: format, virtualSize: virtualSize, fileSize: ByteCount(bytes: Int64(bytes.count)),
      sha256: String(sum), createdAt: .sample)
  }

  private func information(_ path: String, _ fixture: AgentFixture) async throws -> QemuImg.Information {
    try await QemuImg(runner: ProcessRunner(environment: fixture.environment)).inspect(path, format: "qcow2")
  }

  @Test("a blank disk is made once, with its size, and a repeat takes it as it is")
  func blank() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/test.qcow2"
    let order = provision([DiskSpec(target: "hda", source: .blank, path: path, size: .mebibytes(64))])
    let made = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    #expect(made.map(\.path) == [path])
    #expect(try await information(path, fixture).virtualSize == 64 << 20)
    let inode = DiskRecords.record(of: path)
    _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    #expect(DiskRecords.record(of: path) == inode)
    #expect(HostFile.names(in: fixture.directory.path) == ["host.toml", "state", "test.qcow2"])
  }

  @Test("a file that is there already is neither overwritten nor taken nor deleted")
  func occupied() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/test.qcow2"
    try fixture.directory.write("test.qcow2", "somebody's data")
    let order = provision([DiskSpec(target: "hda", source: .blank, path: path, size: .mebibytes(64))])
    let error = await #expect(throws: FleetError.self) {
      _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    }
    #expect(error?.code == .conflict)
    #expect(await fixture.clear(.sample(1)).failure == nil)
    #expect(HostFile.text(path) == "somebody's data")
  }

  @Test("one VM's disk is not another's, though both name it")
  func anothers() async throws {
    let fixture = try await AgentFixture()
    let disk = DiskSpec(target: "hda", source: .blank, path: fixture.directory.path + "/a.qcow2", size: .mebibytes(4))
    _ = try await fixture.disks.prepare(provision([disk]), within: fixture.lent) { _, _ in }
    let error = await #expect(throws: FleetError.self) {
      _ = try await fixture.disks.prepare(provision([disk], id: .sample(2)), within: fixture.lent) { _, _ in }
    }
    #expect(error?.code == .conflict)
    #expect(await fixture.clear(.sample(2)).failure == nil)
    #expect(fixture.directory.exists("a.qcow2"))
    #expect(await fixture.clear(.sample(1)).notes.isEmpty)
    #expect(!fixture.directory.exists("a.qcow2"))
  }

  @Test("a file that was put in the place of a disk stays when the VM goes")
  func replaced() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/a.qcow2"
    let disk = DiskSpec(target: "hda", source: .blank, path: path, size: .mebibytes(4))
    _ = try await fixture.disks.prepare(provision([disk]), within: fixture.lent) { _, _ in }
    try fixture.directory.write("b", "somebody's data")
    #expect(rename(fixture.directory.path + "/b", path) == 0)
    #expect(await fixture.clear(.sample(1)).notes.contains { $0.contains(path) })
    #expect(HostFile.text(path) == "somebody's data")
  }

  @Test("a file that must be there and is not is named, with what to do")
  func missing() async throws {
    let fixture = try await AgentFixture()
    let order = provision([DiskSpec(target: "hda", source: .existing, path: "/nowhere/test.qcow2")])
    let error = await #expect(throws: FleetError.self) {
      _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    }
    #expect(error?.code == .precondition)
    #expect(error?.message.contains("/nowhere/test.qcow2") == true)
    #expect(error?.hint.contains("--create-disks") == true)
  }

  @Test("an overlay grows over its image, a copy stands alone, a medium is the image")
  func images() async throws {
    let fixture = try await AgentFixture()
    let image = try await image(in: fixture, ["-f", "qcow2", "@", "8M"])
    let reference = ImageRef(id: image.id, name: image.name)
    let order = provision(
      [
        DiskSpec(target: "vda", source: .overlay(reference), size: .mebibytes(32)),
        DiskSpec(target: "vdb", format: .raw, source: .copy(reference), size: .mebibytes(16)),
        DiskSpec(device: .cdrom, bus: "sata", target: "sda", source: .medium(reference)),
        DiskSpec(device: .cdrom, bus: "sata", target: "sdb", source: .none),
      ], images: [image])
    let made = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    let paths = try made.prefix(3).map { try #require($0.path) }
    let overlay = try await information(paths[0], fixture)
    #expect(overlay.virtualSize == 32 << 20)
    #expect(overlay.backingFile == paths[2])
    #expect(made[1].format == "raw")
    #expect(try #require(try HostFile.read(paths[1], limit: 1 << 30)).count == 16 << 20)
    #expect(made[3].path == nil)
    #expect(fixture.images.offsets == [0])
    #expect(await fixture.clear(.sample(1)).failure == nil)
    #expect(!HostFile.exists(paths[0]) && !HostFile.exists(paths[1]) && HostFile.exists(paths[2]))
  }

  @Test("a disk smaller than its image is refused")
  func tooSmall() async throws {
    let fixture = try await AgentFixture()
    let image = try await image(in: fixture, ["-f", "qcow2", "@", "8M"])
    let source = DiskSource.overlay(ImageRef(id: image.id, name: image.name))
    let order = provision([DiskSpec(target: "vda", source: source, size: .mebibytes(4))], images: [image])
    let error = await #expect(throws: FleetError.self) {
      _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    }
    #expect(error?.code == .invalid)
  }

  @Test("a fetch that broke off goes on where it ended")
  func resume() async throws {
    let fixture = try await AgentFixture()
    let image = try await image(in: fixture, ["-f", "raw", "@", "1M"], format: .raw, virtualSize: .mebibytes(1))
    let order = provision(
      [DiskSpec(target: "vda", format: .raw, source: .copy(ImageRef(id: image.id, name: "tiny")))], images: [image])
    fixture.images.breakAfter(300 * 1024)
    let error = await #expect(throws: FleetError.self) {
      _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    }
    #expect(error?.retryable == true)
    fixture.images.breakAfter(nil)
    _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    #expect(fixture.images.offsets == [0, 320 * 1024])
  }

  @Test("an image whose bytes are not the library's is refused and forgotten")
  func wrongHash() async throws {
    let fixture = try await AgentFixture()
    var image = try await image(in: fixture, ["-f", "qcow2", "@", "8M"])
    image.sha256 = String(repeating: "0", count: 64)
    let order = provision(
      [DiskSpec(target: "vda", source: .overlay(ImageRef(id: image.id, name: "tiny")))], images: [image])
    let error = await #expect(throws: FleetError.self) {
      _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
    }
    #expect(error?.message.contains("SHA-256") == true)
    #expect(HostFile.names(in: fixture.directory.path + "/images/roost-images").isEmpty)
  }

  @Test("an image with a backing file or a data file is refused")
  func backingFile() async throws {
    let fixture = try await AgentFixture()
    try fixture.directory.write("secret", String(repeating: "x", count: 8 << 20))
    let secret = fixture.directory.path + "/secret"
    let backed = try await image(
      in: fixture, ["-f", "qcow2", "-b", secret, "-F", "raw", "@"], name: "backed", id: .sample(502))
    let apart = try await image(
      in: fixture, ["-f", "qcow2", "-o", "data_file=\(secret).data", "@", "8M"], name: "apart", id: .sample(503))
    for image in [backed, apart] {
      let source = DiskSource.overlay(ImageRef(id: image.id, name: image.name))
      let order = provision([DiskSpec(target: "vda", source: source)], images: [image])
      let error = await #expect(throws: FleetError.self) {
        _ = try await fixture.disks.prepare(order, within: fixture.lent) { _, _ in }
      }
      #expect(error?.code == .invalid, "\(image.name)")
      #expect(error?.message.contains("another file") == true, "\(error?.message ?? "")")
    }
  }
}
