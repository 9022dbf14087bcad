import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import SwiftProtobuf

@testable import Coordinator

extension TestCoordinator {
  /// Ends an operation.
  nonisolated func cancel(
    _ operation: Roost_V1_Operation, id: RequestID? = nil
  ) async throws -> Roost_V1_Operation {
    let request = id ?? RequestID(from: random)
    return try await local { client in
      try await Roost_V1_Operations.Client(wrapping: client).cancel(
        .with {
          $0.requestID = request.description
          $0.id = operation.id
        }
      ).operation
    }
  }

  /// Lets a host leave, or calls it lost.
  @discardableResult
  nonisolated func removeHost(
    _ name: String, lost: Bool = false, confirm: String = ""
  ) async throws -> Roost_V1_HostResponse {
    try await local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).remove(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.host = name
          $0.lost = lost
          $0.confirmedName = confirm
        })
    }
  }

  /// Takes a VM off the books.
  @discardableResult
  nonisolated func forget(_ name: String, confirm: String = "") async throws -> Roost_V1_VM {
    try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).forget(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.vm = name
          $0.confirmedName = confirm
        }
      ).vm
    }
  }

  /// Asks for a VM to be defined again.
  nonisolated func recover(_ name: String) async throws -> Roost_V1_Operation {
    try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).recover(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.vm = name
        }
      ).operation
    }
  }

  /// Asks for a VM with a chosen address.
  nonisolated func create(
    _ name: String, mac: MACAddress, reclaim: Bool = false
  ) async throws -> Roost_V1_CreateVMResponse {
    var request = Roost_V1_CreateVMRequest.creating(
      .sample(
        name, vcpus: 1, memory: .mebibytes(64), disk: .zero, nics: [NICSpec(source: .network("default"), mac: mac)]),
      id: RequestID(from: random))
    request.reclaim = reclaim
    let wanted = request
    return try await local { try await Roost_V1_VMs.Client(wrapping: $0).create(wanted) }
  }

  /// Ends the quarantine of an address.
  @discardableResult
  nonisolated func reclaim(_ mac: MACAddress) async throws -> Roost_V1_MACEntry {
    try await ledger { client in
      try await client.reclaimMAC(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.mac = mac.description
        }
      ).entry
    }
  }

  /// The VM of that name as a listing has it.
  nonisolated func listed(_ name: String) async throws -> Roost_V1_VM? {
    try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).list(.init()).vms.first { $0.name == name }
    }
  }

  /// Breaks a host's connection; returns when the coordinator has noticed.
  nonisolated func silence(_ agent: FakeAgent) async throws {
    await agent.disconnect()
    try await eventually("\(agent.name) is gone") {
      try await hostState(agent.name) == HostState.unreachable.rawValue
    }
  }
}

extension Roost_V1_VM {
  /// The address of its first interface.
  var firstMAC: MACAddress? { nics.first.flatMap { MACAddress($0.mac) } }
}
