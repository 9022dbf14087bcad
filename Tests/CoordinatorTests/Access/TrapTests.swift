import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

/// Values that ended the coordinator, or held one of its threads for hours.
@Suite("Values that stopped a coordinator")
struct TrapTests {
  private func image(
    _ coordinator: TestCoordinator, _ name: String, format: String, bytes: UInt64
  ) async throws -> Roost_V1_Image {
    try await coordinator.local { client in
      try await Roost_V1_Images.Client(wrapping: client).create(
        .with {
          $0.requestID = RequestID(from: coordinator.random).description
          $0.name = name
          $0.format = format
          $0.sizeBytes = bytes
        }
      ).image
    }
  }

  @Test("an image is read from any place of it, and from none outside")
  func offsets() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let image = try await image(coordinator, "tiny", format: "qcow2", bytes: 8 << 20)
      var spec = VMSpec.sample("web", vcpus: 1, memory: .mebibytes(64), disk: .zero)
      spec.disks = [
        DiskSpec(target: "vda", source: .overlay(ImageRef(name: "tiny")), size: .mebibytes(8))
      ]
      _ = try await coordinator.ended(coordinator.create(spec).operation)
      func fetch(_ offset: UInt64) async throws -> Int {
        try await coordinator.call(coordinator.transports.link(agent.credentials)) { client in
          let request = Roost_V1_FetchImageRequest.with {
            $0.imageID = image.id
            $0.offset = offset
          }
          return try await Roost_V1_AgentLink.Client(wrapping: client).fetchImage(request) { response in
            var count = 0
            for try await chunk in response.messages { count += chunk.data.count }
            return count
          }
        }
      }
      let size = image.fileBytes
      #expect(try await fetch(0) == size)
      #expect(try await fetch(size - 1) == 1)
      #expect(try await fetch(size) == 0)
      for offset in [size + 1, 1 << 31, 1 << 62, (1 << 63) - 1, 1 << 63, .max] {
        let error = await #expect(throws: FleetError.self) { try await fetch(offset) }
        #expect(error?.code == .invalid, "\(offset): \(error.debugDescription)")
      }
      #expect(try await fetch(0) == size)
    }
  }

  @Test("a blank raw image of any size is made at once, and its zeros are not read")
  func blank() async throws {
    try await TestCoordinator.with { coordinator in
      let taken = try await ContinuousClock().measure {
        let image = try await image(coordinator, "huge", format: "raw", bytes: 4 << 40)
        #expect(image.sha256 == Image.blankHash && image.fileBytes == 4 << 40)
      }
      #expect(taken < .seconds(20))
    }
  }

  @Test("an image that does not fit beside the database is refused before its first byte")
  func space() async throws {
    try await TestCoordinator.with { coordinator in
      let error = await #expect(throws: FleetError.self) {
        try await coordinator.local { client in
          try await Roost_V1_Images.Client(wrapping: client).importImage { writer in
            try await writer.write(
              .with {
                $0.begin = .with {
                  $0.requestID = RequestID(from: coordinator.random).description
                  $0.name = "large"
                  $0.fileBytes = 4 << 40
                }
              })
          }
        }
      }
      #expect(error?.code == .exhausted)
      let left = try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.images)
      #expect(left.isEmpty)
    }
  }

  @Test("a mark that somebody planted is adopted with a revision that can grow")
  func plantedMark() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      var domain = ObservedDomain.unmanaged("pet")
      domain.mark = VMMark(
        fleetID: coordinator.fleet.id.description, vmID: domain.id, revision: VMMark.highestRevision,
        allocations: Allocations())
      await agent.put(domain)
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      #expect(try await coordinator.ended(coordinator.adopt("pet").operation).state == "done")
      #expect(try await coordinator.ended(coordinator.power("pet", .pause)).state == "done")
      let revision = try await coordinator.stored { try $0.vms().first?.revision }
      #expect((revision ?? .max) < 10)
    }
  }

  @Test("a host that claims all huge pages there are can be placed on, and taken off")
  func hugePages() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.host("h1")
      await agent.see { $0.hugePages = [HugePages(pageSize: .mebibytes(2), total: 1 << 61, free: 1 << 61)] }
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      let pages = try await coordinator.local { client in
        try await Roost_V1_Hosts.Client(wrapping: client).get(.with { $0.host = "h1" }).facts.hugePages
      }
      #expect(pages.allSatisfy { $0.free <= $0.total && $0.total < 1 << 40 })
    }
    var snapshot = HostSnapshot(id: .sample(101), name: "h1")
    snapshot.traits.hugePages = [HugePages(pageSize: .mebibytes(2), total: .max, free: .max)]
    var request = PlacementRequest(spec: .sample("web"))
    request.constraints = PlacementConstraints(hugePage: .mebibytes(2))
    snapshot.vms.append(PlacedVM(request))
    #expect(snapshot.removing("web").traits.hugePages.first?.free == .max)
  }
}
