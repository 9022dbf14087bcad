import Fleet
import FleetTestKit
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Displays at ports, on sockets, and none")
struct VNCTests {
  private static func create(
    _ name: String, vnc: VNCSpec?, byDefault: Bool = false, in coordinator: TestCoordinator
  ) async throws -> Roost_V1_VM {
    var spec = VMSpec.sample(name, vcpus: 1, memory: .mebibytes(64), disk: .zero)
    spec.vnc = vnc
    var request = Roost_V1_CreateVMRequest.creating(spec, id: RequestID(from: coordinator.random))
    request.defaultVnc = byDefault
    let wanted = request
    let reply = try await coordinator.local { try await Roost_V1_VMs.Client(wrapping: $0).create(wanted) }
    #expect(try await coordinator.ended(reply.operation).state == "done")
    return try await coordinator.vm(name)
  }

  private static func set(
    _ name: String, to mode: String, in coordinator: TestCoordinator
  ) async throws -> Roost_V1_Operation {
    let id = RequestID(from: coordinator.random).description
    let reply = try await coordinator.local { client in
      try await Roost_V1_VMs.Client(wrapping: client).setVNC(
        .with { ($0.requestID, $0.vm, $0.mode) = (id, name, mode) })
    }
    return try await coordinator.ended(reply.operation)
  }

  private static func setDefault(_ mode: String, in coordinator: TestCoordinator) async throws -> String {
    let id = RequestID(from: coordinator.random).description
    return try await coordinator.ledger { client in
      try await client.setVNCDefault(.with { ($0.requestID, $0.mode) = (id, mode) })
    }.mode
  }

  @Test("a VM with a socket or without a display takes no port")
  func noPort() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let socket = try await Self.create("on-socket", vnc: VNCSpec(isSocket: true), in: coordinator)
      #expect(socket.hasVnc && socket.vnc.port == 0 && socket.vnc.address.isEmpty)
      #expect(try await !Self.create("blind", vnc: nil, in: coordinator).hasVnc)
      #expect(try await coordinator.stored { try $0.portEntries() }.isEmpty)
      #expect(try await Self.create("at-port", vnc: VNCSpec(), in: coordinator).vnc.port == 5900)
      await agents["h1"]?.disconnect()
    }
  }

  @Test("the fleet's default is that of VMs that do not choose, and of no others")
  func byDefault() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      #expect(try await Self.setDefault("", in: coordinator) == "port")
      #expect(try await Self.create("a", vnc: VNCSpec(), byDefault: true, in: coordinator).vnc.port == 5900)
      #expect(try await Self.setDefault("socket", in: coordinator) == "socket")
      #expect(try await Self.setDefault("", in: coordinator) == "socket")
      #expect(try await Self.create("b", vnc: VNCSpec(), byDefault: true, in: coordinator).vnc.port == 0)
      #expect(try await Self.create("c", vnc: VNCSpec(), in: coordinator).vnc.port == 5901)
      #expect(try await Self.setDefault("none", in: coordinator) == "none")
      #expect(try await !Self.create("d", vnc: VNCSpec(), byDefault: true, in: coordinator).hasVnc)
      let wrong = await #expect(throws: FleetError.self) { try await Self.setDefault("spice", in: coordinator) }
      #expect(wrong?.code == .invalid)
      await agents["h1"]?.disconnect()
    }
  }

  @Test("a VM that is off gives its port up for a socket, and gets the next one back")
  func change() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      #expect(try await coordinator.made("web-1").vnc.port == 5900)
      #expect(try await Self.set("web-1", to: "socket", in: coordinator).state == "done")
      #expect(try await coordinator.vm("web-1").vnc.port == 0)
      #expect(try await coordinator.stored { try $0.portEntries() }.isEmpty)
      #expect(try await coordinator.made("web-2").vnc.port == 5900)
      #expect(try await Self.set("web-1", to: "port", in: coordinator).state == "done")
      #expect(try await coordinator.vm("web-1").vnc.port == 5901)
      #expect(try await Self.set("web-1", to: "none", in: coordinator).state == "done")
      let vm = try await coordinator.vm("web-1")
      #expect(!vm.hasVnc && vm.notes.isEmpty)
      #expect(try await coordinator.stored { try $0.portEntries() }.map(\.port) == [5900])
      #expect(try await Self.set("web-1", to: "none", in: coordinator).state == "done", "again is harmless")
      await agents["h1"]?.disconnect()
    }
  }

  @Test("a port whose change failed on the host stays taken; asking again frees it")
  func failedChange() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      #expect(try await coordinator.made("web-1").vnc.port == 5900)
      await agent.answer { _ in .refuse(FleetError(.internal, "libvirt says no")) }
      #expect(try await Self.set("web-1", to: "socket", in: coordinator).state == "failed")
      // Its guest still has the port, and that is what is shown.
      #expect(try await coordinator.vm("web-1").vnc.port == 5900)
      #expect(try await coordinator.stored { try $0.portEntries() }.map(\.port) == [5900])
      await agent.answer { _ in .obey }
      #expect(try await coordinator.made("web-2").vnc.port == 5901)
      #expect(try await Self.set("web-1", to: "socket", in: coordinator).state == "done")
      #expect(try await coordinator.stored { try $0.portEntries() }.map(\.port) == [5901])
      await agent.disconnect()
    }
  }

  @Test("a VM that runs keeps its display, and is told to stop first")
  func running() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      _ = try await coordinator.made("web-1", start: true)
      let before = try await coordinator.lastEvent()
      let refused = await #expect(throws: FleetError.self) {
        try await Self.set("web-1", to: "socket", in: coordinator)
      }
      #expect(refused?.code == .precondition && refused?.hint.contains("roost stop web-1") == true)
      #expect(try await coordinator.lastEvent() == before)
      #expect(try await coordinator.stored { try $0.portEntries() }.map(\.port) == [5900])
      await agents["h1"]?.disconnect()
    }
  }

  @Test("the status and the refusal of a range that is used up name the ways out")
  func usedUp() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1")
      let id = RequestID(from: coordinator.random).description
      _ = try await coordinator.ledger { client in
        try await client.setPortRange(.with { ($0.requestID, $0.first, $0.last) = (id, 5900, 5901) })
      }
      func ports() async throws -> Roost_V1_VNCPorts {
        try await coordinator.local {
          try await Roost_V1_Administration.Client(wrapping: $0).status(.init())
        }.vncPorts
      }
      _ = try await coordinator.made("a")
      let half = try await ports()
      #expect(half.first == 5900 && half.last == 5901 && half.taken == 1 && half.warning.isEmpty)
      _ = try await coordinator.made("b")
      let full = try await ports()
      #expect(full.taken == 2)
      let refused = await #expect(throws: FleetError.self) { try await coordinator.made("c") }
      #expect(refused?.code == .exhausted)
      for text in [full.warning, refused?.hint ?? ""] {
        for part in ["roost port range 5900-65535", "--vnc socket"] { #expect(text.contains(part), "\(part)") }
      }
      _ = try await Self.create("c", vnc: VNCSpec(isSocket: true), in: coordinator)
      await agents["h1"]?.disconnect()
    }
  }
}
