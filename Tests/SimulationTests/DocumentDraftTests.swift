import Fleet
import FleetTestKit
import Foundation
import Logging
import RoostProto
import SimulationKit
import Testing

@testable import Agent
@testable import Coordinator

/// Every sample on its way from the person's file to libvirt.
@Suite("Documents on their way to libvirt")
struct DocumentDraftTests {
  private static let schema = "/usr/share/libvirt/schemas/domain.rng"
  private static var hasSchema: Bool {
    FileManager.default.fileExists(atPath: schema) && FileManager.default.fileExists(atPath: "/usr/bin/xmllint")
  }

  /// What an agent on a host without KVM gives libvirt.
  private static func draft(of sample: DocumentSample, id: VMID) throws -> String {
    var request = Roost_V1_ImportVMRequest()
    request.document = sample.text
    let imported = try DomainImporter().spec(of: request)
    let macs = imported.spec.nics.enumerated().compactMap { index, nic in
      nic.mac ?? MACAddress(number: 0x0200_0000_0001 + UInt64(index))
    }
    let provision = ProvisionRequest(
      fleetID: .sample(900), vmID: id, revision: 1, spec: imported.spec,
      allocations: Allocations(macs: macs + imported.heldMACs, vncPort: imported.spec.vnc == nil ? nil : 5907),
      images: [])
    let disks = imported.spec.disks.map { disk in
      PreparedDisk(
        spec: disk, path: disk.source == .document ? nil : disk.path, format: disk.format == .qcow2 ? "qcow2" : "raw")
    }
    let acceleration = try Acceleration(for: imported.spec, emulators: [.sample], kvmUsable: false)
    return try DomainDefinition(provision: provision, disks: disks, acceleration: acceleration).text()
  }

  @Test("each becomes a document that libvirt's schema takes", .enabled(if: hasSchema))
  func schemaTakes() throws {
    let folder = try TemporaryDirectory()
    var files: [String] = []
    for (number, sample) in DocumentSample.all.enumerated() {
      let path = "\(folder.path)/\(sample.name).xml"
      try Data(try Self.draft(of: sample, id: .sample(UInt64(number + 1))).utf8).write(to: URL(filePath: path))
      files.append(path)
    }
    let errors = Pipe()
    let check = Process()
    check.executableURL = URL(filePath: "/usr/bin/xmllint")
    check.arguments = ["--noout", "--relaxng", Self.schema] + files
    check.standardError = errors
    try check.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    check.waitUntilExit()
    let refused = said.split(separator: "\n").filter { !$0.hasSuffix(" validates") }.joined(separator: "\n")
    #expect(check.terminationStatus == 0, "\(refused)")
  }

  private static var uri: String? { ProcessInfo.processInfo.environment["ROOST_TEST_LIBVIRT_URI"] }

  /// Needs a libvirt with QEMU: `ROOST_TEST_LIBVIRT_URI=qemu:///system`.
  @Test("each is defined by a real libvirt, which may say that this host lacks something", .enabled(if: uri != nil))
  func libvirtTakes() async throws {
    let uri = try #require(Self.uri)
    let environment = AgentEnvironment(
      wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let hypervisor = try LibvirtHypervisor(uri: uri, environment: environment, logger: logger)
    try await hypervisor.connect()
    for (number, sample) in DocumentSample.all.enumerated() {
      let id = VMID.sample(UInt64(700_000 + number))
      do {
        try await hypervisor.define(try Self.draft(of: sample, id: id))
        try await hypervisor.undefine(id, DomainRemoval())
      } catch let error as FleetError {
        #expect(error.code == .unsupported || error.message.contains("not supported"), "\(sample): \(error)")
      }
    }
  }
}
