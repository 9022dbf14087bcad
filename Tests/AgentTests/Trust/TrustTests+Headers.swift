import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

/// What the header of a disk leads to.
extension TrustTests {
  private func create(
    _ fixture: AgentFixture, _ name: String, _ options: [String], format: String = "qcow2"
  ) async throws {
    let made = try await ProcessRunner(environment: fixture.environment).run(
      Command("qemu-img", ["create", "-q", "-f", format] + options))
    #expect(made.succeeded, "\(name): \(made.complaint)")
  }

  /// A document whose disk is a qcow2 file of the image directory.
  private func document(_ fixture: AgentFixture, overlay name: String) -> String {
    document(fixture).replacing("type='raw'", with: "type='qcow2'").replacing("a.qcow2", with: name)
  }

  @Test("a disk's own header leads to no file that the host does not lend")
  func headers() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    func make(_ name: String, _ options: [String]) async throws { try await create(fixture, name, options) }
    try fixture.directory.write("secret", String(repeating: "x", count: 1 << 20))
    let secret = fixture.directory.path + "/secret"
    try await make("backed", ["-b", secret, "-F", "raw", "\(images)/backed.qcow2"])
    try await make("upwards", ["-b", "../secret", "-F", "raw", "\(images)/upwards.qcow2"])
    try await make("second", ["-b", "\(images)/backed.qcow2", "-F", "qcow2", "\(images)/second.qcow2"])
    try await make("data", ["-o", "data_file=\(secret).data", "\(images)/data.qcow2", "1M"])
    try await make("remote", ["-u", "-b", "nbd://127.0.0.1/x", "-F", "raw", "\(images)/remote.qcow2", "1M"])
    try await make("json", ["-u", "-b", "json:{\"driver\":\"file\"}", "-F", "raw", "\(images)/json.qcow2", "1M"])
    func text(_ name: String) -> String { document(fixture, overlay: name) }
    for (number, name) in ["backed", "upwards", "second", "data", "remote", "json"].enumerated() {
      let failure = await refusal(fixture, order(text("\(name).qcow2")), id: UInt64(number) + 1)
      #expect(failure?.code == .denied, "\(name): \(failure?.message ?? "taken")")
    }
    try await make("base", ["\(images)/base.qcow2", "1M"])
    try await make("fine", ["-b", "base.qcow2", "-F", "qcow2", "\(images)/fine.qcow2"])
    #expect(await refusal(fixture, order(text("fine.qcow2")), id: 20) == nil)
  }

  @Test("a disk's base that is neither raw nor qcow2, or a guess, is refused")
  func formats() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    func make(_ name: String, _ options: [String]) async throws { try await create(fixture, name, options) }
    func text(_ name: String) -> String { document(fixture, overlay: name) }
    let secret = fixture.directory.path + "/secret"
    try fixture.directory.write("secret", String(repeating: "x", count: 1 << 20))
    // A base in another format may name further files, or have its format guessed.
    try fixture.directory.write(
      "images/flat.vmdk",
      """
      # Disk DescriptorFile
      version=1
      CID=fffffffe
      parentCID=ffffffff
      createType="monolithicFlat"
      RW 2048 FLAT "\(secret)" 0
      """)
    try await make("flat", ["-u", "-b", "\(images)/flat.vmdk", "-F", "vmdk", "\(images)/flat.qcow2", "1M"])
    try await make("old", ["-u", "-b", "\(images)/flat.vmdk", "-F", "raw", "\(images)/old.qcow2", "1M"])
    for (name, options) in [("guess", "compat=1.1"), ("oldest", "compat=0.10")] {
      let path = "\(images)/\(name).qcow2"
      try await make(name, ["-u", "-o", options, "-b", "\(images)/flat.vmdk", "-F", "raw", path, "1M"])
      var bytes = Array(try Data(contentsOf: URL(filePath: path)))
      let kind = try #require(
        bytes.indices.dropLast(4).first { Array(bytes[$0..<$0 + 4]) == [0xe2, 0x79, 0x2a, 0xca] })
      bytes.replaceSubrange(kind..<kind + 4, with: [0, 0, 0, 0])
      try Data(bytes).write(to: URL(filePath: path))
    }
    try await create(fixture, "chain", ["-b", secret, "-F", "raw", "\(images)/chain.qed", "1M"], format: "qed")
    try await make("qed", ["-u", "-b", "\(images)/chain.qed", "-F", "qed", "\(images)/qed.qcow2", "1M"])
    for (number, name) in ["flat", "guess", "oldest", "qed"].enumerated() {
      let failure = await refusal(fixture, order(text("\(name).qcow2")), id: UInt64(number) + 30)
      #expect(failure?.code == .denied, "\(name): \(failure?.message ?? "taken")")
    }
    #expect(await refusal(fixture, order(text("old.qcow2")), id: 40) == nil)
  }

  @Test("a raw disk stays raw, whatever its guest wrote into it")
  func rawWithHeader() async throws {
    let fixture = try await fixture()
    try fixture.directory.write("images/a.qcow2", "QFI\u{FB} and so on")
    #expect(await refusal(fixture, order(document(fixture))) == nil)
  }

  @Test("a header that makes no sense is an error, and traps nothing")
  func damagedHeaders() async throws {
    let fixture = try await fixture()
    let text = document(fixture).replacing("type='raw'", with: "type='qcow2'")
    var header: [UInt8] = [0x51, 0x46, 0x49, 0xfb] + [UInt8](repeating: 0xff, count: 100)
    for (number, length) in [104, 72, 20, 4, 0].enumerated() {
      header = Array(header.prefix(length))
      try Data(header).write(to: URL(filePath: fixture.disks.imageDirectory + "/a.qcow2"))
      let failure = await fixture.run(.provision(order(text)), id: UInt64(number) + 1)
      // What is shorter than a header is no qcow2 file, which QEMU says itself.
      #expect(failure != nil || length < 72, "\(length) bytes")
    }
  }
}
