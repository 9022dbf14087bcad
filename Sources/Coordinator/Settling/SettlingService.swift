import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// The operator's calls about settling.
struct SettlingService: Roost_V1_Settling.SimpleServiceProtocol {
  let handler: Settling

  func show(
    request: Roost_V1_ShowSettlingRequest, response: RPCWriter<Roost_V1_SettlingResponse>, context: ServerContext
  ) async throws {
    var first = try await self.response()
    let differences = first.differences
    first.differences = []
    var pages = PageWriter(request.pageSize, first: first, to: response)
    for difference in differences { try await pages.add(difference, to: \.differences) }
    try await pages.end()
  }

  func finish(
    request: Roost_V1_FinishSettlingRequest, context: ServerContext
  ) async throws -> Roost_V1_SettlingResponse {
    try await handler.finish(by: "an administrator says so")
    return try await response()
  }

  func believe(
    request: Roost_V1_BelieveHostRequest, context: ServerContext
  ) async throws -> Roost_V1_SettlingResponse {
    try await handler.believe(request.host)
    return try await response()
  }

  private func response() async throws -> Roost_V1_SettlingResponse {
    let view = await handler.inventory.view
    let record = try await handler.store.read { try $0.settling() }
    let differences = await handler.differences()
    let unreadable = await handler.vmRecovery.log.failures.filter { view.vms[$0.vmID] == nil }
    let unproven = await handler.unproven.hosts
    return .with { response in
      response.unproven = view.sortedHosts.filter { unproven.contains($0.host.id) }.map(\.host.name)
      if let record {
        response.settling = true
        response.since = record.since.milliseconds
        response.reason = record.reason
        response.rebuilding = record.isRebuild
        response.waiting = view.awaited(by: record).map(\.name)
        let waiting = Set(response.waiting)
        for entry in view.sortedHosts {
          if waiting.contains(entry.host.name), entry.state == .revoked { response.revoked.append(entry.host.name) }
          if record.reported.contains(entry.host.id) { response.reported.append(entry.host.name) }
        }
      }
      response.differences = differences.map { difference in
        .with {
          $0.kind = difference.kind.rawValue
          $0.vm = difference.vm
          $0.vmID = difference.vmID.description
          $0.believed = difference.believed
          $0.seen = difference.seen
          $0.detail = difference.sentence
        }
      }
      response.differences += unreadable.map { failure in
        .with {
          $0.kind = "unreadable"
          $0.vm = failure.vm
          $0.vmID = failure.vmID.description
          $0.seen = failure.host
          $0.detail = "VM \"\(failure.vm.printable)\" on \(failure.host) is not rebuilt: \(failure.error.message)"
        }
      }
    }
  }
}
