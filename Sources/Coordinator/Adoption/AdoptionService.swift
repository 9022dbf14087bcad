import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The operator's calls about adopting and releasing VMs.
struct AdoptionService: Roost_V1_Adoption.SimpleServiceProtocol {
  let handler: AdoptionHandler

  func plan(
    request: Roost_V1_PlanAdoptionRequest, context: ServerContext
  ) async throws -> Roost_V1_PlanAdoptionResponse {
    let verdicts = try await handler.plan(
      vm: request.vm, host: request.host, acceptConflicts: request.acceptConflicts)
    return .with { $0.verdicts = verdicts.map(\.message) }
  }

  func adopt(request: Roost_V1_AdoptRequest, context: ServerContext) async throws -> Roost_V1_AdoptResponse {
    let adopted = try await handler.adopt(
      vm: request.vm, host: request.host, acceptConflicts: request.acceptConflicts,
      IdempotencyKey(id: request.requestID, body: request))
    return .with {
      $0.operation = adopted.operation.message
      $0.notes = adopted.notes
    }
  }

  func release(request: Roost_V1_ReleaseRequest, context: ServerContext) async throws -> Roost_V1_OperationResponse {
    let operation = try await handler.release(vm: request.vm, IdempotencyKey(id: request.requestID, body: request))
    return .with { $0.operation = operation.message }
  }
}

extension AdoptionVerdict {
  /// The verdict as the wire carries it.
  fileprivate var message: Roost_V1_AdoptionVerdict {
    .with { message in
      message.name = domain.name
      message.id = domain.id.description
      message.host = host.host.name
      switch result {
      case .success(let adoptee):
        message.macs = adoptee.macs.map(\.description)
        message.vncPort = UInt32(clamping: adoptee.vncPort ?? 0)
        message.notes = adoptee.notes
      case .failure(let error):
        message.macs = domain.macs.sorted().map(\.description)
        message.failure = error.failureMessage
      }
    }
  }
}
