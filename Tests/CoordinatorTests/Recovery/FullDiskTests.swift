import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("A coordinator whose disk is full", .enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.need)))
struct FullDiskTests {
  /// Creates VMs until one is refused; what of the database's log has been written before is used anew meanwhile.
  private func createUntilRefused(_ coordinator: TestCoordinator) async throws -> (made: [String], error: FleetError?) {
    var made: [String] = []
    for number in 0..<500 {
      do {
        _ = try await coordinator.create(.sample("crowd-\(number)"))
        made.append("crowd-\(number)")
      } catch let error as FleetError {
        return (made, error)
      }
    }
    return (made, nil)
  }

  @Test("a fleet that can't be founded leaves no empty key, and can be with room again")
  func founding() throws {
    let disk = try SmallDisk(mebibytes: 2)
    let directory = DataDirectory(path: disk.directory.path + "/data")
    let clock = ManualClock(Timestamp(seconds: 1_800_000_000))
    let initializer = FleetInitializer(directory: directory, clock: clock, random: SeededRandomSource(seed: 1))
    try disk.fill()
    let failure = #expect(throws: FleetError.self) {
      _ = try initializer.initialize(name: "fleet", listen: ListenAddress(parsing: "127.0.0.1:7440"))
    }
    #expect(failure?.code == .exhausted, "\(failure?.message ?? "none")")
    for file in [directory.authorityCertificate, directory.authorityKey] {
      #expect(!FileManager.default.fileExists(atPath: file))
    }
    disk.clear()
    _ = try initializer.initialize(name: "fleet", listen: ListenAddress(parsing: "127.0.0.1:7440"))
  }

  private func names(_ coordinator: TestCoordinator) async throws -> Set<String> {
    Set(
      try await coordinator.local { try await Roost_V1_VMs.Client(wrapping: $0).list(Roost_V1_ListVMsRequest()) }
        .vms.map(\.name))
  }

  @Test("a change is refused with why, nothing of it stays, and with room all goes on")
  func database() async throws {
    let disk = try SmallDisk(mebibytes: 16)
    try await TestCoordinator.with(in: disk.directory.path + "/data") { coordinator in
      let large = HostCapacity(vcpus: 4096, memory: .gibibytes(8192), disk: .gibibytes(90000))
      let agent = try await coordinator.readyHost("h1", capacity: large)
      let first = try await coordinator.create(.sample("before"))
      #expect(try await coordinator.ended(first.operation).state == "done")

      try disk.fill()
      let (made, error) = try await createUntilRefused(coordinator)
      #expect(error?.code == .internal && error?.retryable == true)
      #expect(error?.message.contains("the disk of the database is full") == true, "\(error?.message ?? "none")")
      #expect(error?.hint.contains("make room") == true)
      #expect(
        try await names(coordinator) == Set(made + ["before"]), "what was promised is there, what was refused is not")
      #expect(try await Set(coordinator.stored { try $0.vms() }.map(\.spec.name)) == Set(made + ["before"]))

      // What a host reports is shown although none of it can be kept.
      await agent.put(.unmanaged("pet", id: .sample(77)))
      try await coordinator.waitUntilReady("h1")

      disk.clear()
      let after = try await coordinator.create(.sample("after"))
      #expect(try await coordinator.ended(after.operation).state == "done")
      for name in made {
        try await eventually("\(name) is made as it was promised") { try await coordinator.vm(name).state == "stopped" }
      }
      try await coordinator.restart()
      #expect(try await names(coordinator).isSuperset(of: made + ["before", "after"]))
      await agent.disconnect()
    }
  }

  @Test("an image that does not fit leaves nothing, found before its bytes or among them")
  func library() async throws {
    let disk = try SmallDisk(mebibytes: 16)
    try await TestCoordinator.with(in: disk.directory.path + "/data") { coordinator in
      func send(_ name: String, mebibytes: Int, fillingUp: Bool = false) async throws {
        let count = mebibytes << 20
        let begin = Roost_V1_ImportImageBegin.with {
          $0.requestID = RequestID(from: coordinator.random).description
          $0.name = name
          $0.fileBytes = UInt64(count)
          $0.fileName = "\(name).img"
          $0.format = "raw"
        }
        _ = try await coordinator.local { client in
          try await Roost_V1_Images.Client(wrapping: client).importImage { writer in
            try await writer.write(.with { $0.begin = begin })
            for place in stride(from: 0, to: count, by: 1 << 16) {
              try await writer.write(.with { $0.data = Data(repeating: 5, count: 1 << 16) })
              if fillingUp, place == 0 {
                try await eventually("the first bytes are there") {
                  try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.images).contains {
                    $0.hasSuffix(".draft")
                  }
                }
                try disk.fill()
              }
            }
          }
        }
      }
      func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.images)
      }
      let before = try files()
      let large = await #expect(throws: FleetError.self) { try await send("large", mebibytes: 20) }
      #expect(large?.code == .exhausted, "\(large?.message ?? "none")")
      #expect(try files() == before)
      let crowded = await #expect(throws: FleetError.self) { try await send("crowded", mebibytes: 4, fillingUp: true) }
      #expect(crowded?.code == .exhausted, "\(crowded?.message ?? "none")")
      #expect(try files() == before)
      #expect(try await coordinator.stored { try $0.images() }.isEmpty)
      disk.clear()
      try await send("crowded", mebibytes: 4)
      #expect(try await coordinator.stored { try $0.images() }.map(\.name) == ["crowded"])
    }
  }
}
