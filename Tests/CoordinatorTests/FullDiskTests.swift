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
  private func createUntilRefused(_ rig: Rig) async throws -> (made: [String], error: FleetError?) {
    var made: [String] = []
    for number in 0..<500 {
      do {
        _ = try await rig.create(.sample("crowd-\(number)"))
        made.append("crowd-\(number)")
      } catch let error as FleetError {
        return (made, error)
      }
    }
    return (made, nil)
  }

  private func names(_ rig: Rig) async throws -> Set<String> {
    Set(
      try await rig.local { try await Roost_V1_VMs.Client(wrapping: $0).list(Roost_V1_ListVMsRequest()) }
        .vms.map(\.name))
  }

  @Test("a change is refused and says why, nothing of it stays, and with room again all goes on")
  func database() async throws {
    let disk = try SmallDisk(mebibytes: 16)
    try await Rig.with(in: disk.directory.path + "/data") { rig in
      let large = HostCapacity(vcpus: 4096, memory: .gibibytes(8192), disk: .gibibytes(90000))
      let agent = try await rig.host("h1", capacity: large)
      try await agent.connect()
      try await rig.waitUntilReady("h1")
      let first = try await rig.create(.sample("before"))
      #expect(try await rig.ended(first.operation).state == "done")

      try disk.fill()
      let (made, error) = try await createUntilRefused(rig)
      #expect(error?.code == .internal && error?.retryable == true)
      #expect(error?.message.contains("the disk of the database is full") == true, "\(error?.message ?? "none")")
      #expect(error?.hint.contains("make room") == true)
      #expect(try await names(rig) == Set(made + ["before"]), "what was promised is there, what was refused is not")
      #expect(try await Set(rig.stored { try $0.vms() }.map(\.spec.name)) == Set(made + ["before"]))

      // What a host reports is shown although none of it can be kept.
      await agent.put(.unmanaged("pet", id: .sample(77)))
      try await rig.waitUntilReady("h1")

      disk.clear()
      let after = try await rig.create(.sample("after"))
      #expect(try await rig.ended(after.operation).state == "done")
      for name in made {
        try await eventually("\(name) is made as it was promised") { try await rig.vm(name).state == "stopped" }
      }
      try await rig.restart()
      #expect(try await names(rig).isSuperset(of: made + ["before", "after"]))
      await agent.disconnect()
    }
  }

  @Test("an image that does not fit leaves nothing behind, whether that shows before its bytes or among them")
  func library() async throws {
    let disk = try SmallDisk(mebibytes: 16)
    try await Rig.with(in: disk.directory.path + "/data") { rig in
      func send(_ name: String, mebibytes: Int, fillingUp: Bool = false) async throws {
        let count = mebibytes << 20
        let begin = Roost_V1_ImportImageBegin.with {
          $0.requestID = RequestID(from: rig.random).description
          $0.name = name
          $0.fileBytes = UInt64(count)
          $0.fileName = "\(name).img"
          $0.format = "raw"
        }
        _ = try await rig.local { client in
          try await Roost_V1_Images.Client(wrapping: client).importImage { writer in
            try await writer.write(.with { $0.begin = begin })
            for place in stride(from: 0, to: count, by: 1 << 16) {
              try await writer.write(.with { $0.data = Data(repeating: 5, count: 1 << 16) })
              if fillingUp, place == 0 {
                try await eventually("the first bytes are there") {
                  try FileManager.default.contentsOfDirectory(atPath: rig.directory.images).contains {
                    $0.hasSuffix(".draft")
                  }
                }
                try disk.fill()
              }
            }
          }
        }
      }
      func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: rig.directory.images) }
      let before = try files()
      let large = await #expect(throws: FleetError.self) { try await send("large", mebibytes: 20) }
      #expect(large?.code == .exhausted, "\(large?.message ?? "none")")
      #expect(try files() == before)
      let crowded = await #expect(throws: FleetError.self) { try await send("crowded", mebibytes: 4, fillingUp: true) }
      #expect(crowded?.code == .exhausted, "\(crowded?.message ?? "none")")
      #expect(try files() == before)
      #expect(try await rig.stored { try $0.images() }.isEmpty)
      disk.clear()
      try await send("crowded", mebibytes: 4)
      #expect(try await rig.stored { try $0.images() }.map(\.name) == ["crowded"])
    }
  }
}
