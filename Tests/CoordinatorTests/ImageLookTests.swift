import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import Logging
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Synchronization
import Testing

@testable import Coordinator

@Suite("Files that are sent as images")
struct ImageLookTests {
  private func send(
    _ bytes: [UInt8], _ coordinator: TestCoordinator, name: String, file: String, format: String = ""
  ) async throws -> Roost_V1_ImageResponse {
    let begin = Roost_V1_ImportImageBegin.with {
      $0.requestID = RequestID(from: coordinator.random).description
      $0.name = name
      $0.fileBytes = UInt64(bytes.count)
      $0.fileName = file
      $0.format = format
    }
    return try await coordinator.local { client in
      try await Roost_V1_Images.Client(wrapping: client).importImage { writer in
        try await writer.write(.with { $0.begin = begin })
        for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
          let piece = Data(bytes[start..<min(start + 1 << 16, bytes.count)])
          try await writer.write(.with { $0.data = piece })
        }
      }
    }
  }

  @Test("files of no image go before more come, but not new, foreign or restored ones")
  func orphans() async throws {
    try await TestCoordinator.with { coordinator in
      let kept = try await send(bootable, coordinator, name: "kept", file: "a.raw").image.id
      let library = ImageLibrary(directory: coordinator.directory.images)
      let (old, new, foreign) = ("\(ImageID.sample(601))", "\(ImageID.sample(602))", "notes.txt")
      let now = coordinator.clock.now()
      func age(_ name: String, seconds: Double) throws {
        let path = "\(coordinator.directory.images)/\(name)"
        if !FileManager.default.fileExists(atPath: path) { try Data([1]).write(to: URL(filePath: path)) }
        let then = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000 - seconds)
        try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: path)
      }
      for name in [kept, old, foreign] { try age(name, seconds: 7200) }
      try age(new, seconds: 60)
      let restored = now.adding(seconds: -3700)
      #expect(try await library.sweepOrphans(keeping: [], restoredAt: restored, now: now).removed == 0)
      _ = try await send(bootable, coordinator, name: "more", file: "b.raw")
      let left = Set(try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.images))
      #expect(left.isSuperset(of: [kept, new, foreign]) && !left.contains(old))
      #expect(try await coordinator.events("image.orphans-removed").count == 1)
    }
  }

  /// Keeps what is logged.
  private final class Log: Sendable { let lines = Mutex<[String]>([]) }

  private struct Collector: LogHandler {
    let log: Log
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.lines.withLock { $0.append("\(event.level): \(event.message)") } }
  }

  @Test("that the library can't be cleared is logged, and hinders nothing")
  func unswept() async throws {
    let directory = try TemporaryDirectory()
    let store = try FleetStore.create(at: directory.path + "/fleet.sqlite", identity: CommitCheckTests.fleet)
    let log = Log()
    let images = directory.path + "/images"
    let service = ImagesService(
      store: store, library: ImageLibrary(directory: images), clock: ManualClock(.sample),
      random: SeededRandomSource(seed: 1), logger: Logger(label: "test") { _ in Collector(log: log) })
    await service.sweep()
    let lines = log.lines.withLock { $0 }
    #expect(lines.count == 1 && lines.first?.hasPrefix("error: ") == true && lines.first?.contains("images") == true)
    try store.close()
  }

  /// A disk with a boot record at its beginning.
  private var bootable: [UInt8] {
    var bytes = [UInt8](repeating: 3, count: 4096)
    (bytes[510], bytes[511]) = (0x55, 0xAA)
    return bytes
  }

  @Test("a file that looks like no disk is taken with a note, and a disk without one")
  func note() async throws {
    try await TestCoordinator.with { coordinator in
      let text = try await send(Array("hello\n".utf8), coordinator, name: "note", file: "note.txt")
      #expect(text.notes.count == 1 && text.notes.first?.contains("looks like no disk") == true)
      #expect(try await send(bootable, coordinator, name: "disk", file: "disk.img").notes.isEmpty)
      let blank = [UInt8](repeating: 0, count: 1 << 20)
      #expect(try await send(blank, coordinator, name: "blank", file: "blank.img").notes.isEmpty)
      #expect(try await send(Array("hello\n".utf8), coordinator, name: "raw", file: "n", format: "raw").notes.isEmpty)
    }
  }

  @Test("what is called an ISO and is none is refused, unless the person insists on raw")
  func iso() async throws {
    try await TestCoordinator.with { coordinator in
      for bytes in [[UInt8](repeating: 9, count: 2 << 20), bootable] {
        let refused = await #expect(throws: FleetError.self) {
          try await send(bytes, coordinator, name: "fake", file: "fake.ISO")
        }
        #expect(refused?.code == .invalid && refused?.hint.contains("--format raw") == true)
      }
      #expect(try await coordinator.stored { try $0.images() }.isEmpty)
      var disc = [UInt8](repeating: 0, count: 64 << 10)
      disc.replaceSubrange(32768..<32774, with: [1] + Array("CD001".utf8))
      let taken = try await send(disc, coordinator, name: "disc", file: "disc.iso")
      #expect(taken.image.format == "iso" && taken.notes.isEmpty)
      let raw = try await send(bootable, coordinator, name: "fake", file: "fake.iso", format: "raw")
      #expect(raw.image.format == "raw")
      let format = await #expect(throws: FleetError.self) {
        try await send(bootable, coordinator, name: "other", file: "a.img", format: "vmdk")
      }
      #expect(format?.code == .invalid)
    }
  }
}
