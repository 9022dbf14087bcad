import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

/// The operator's calls about what hosts and VMs use.
struct UsageService: Roost_V1_Usage.SimpleServiceProtocol {
  let inventory: Inventory
  let clock: any WallClock

  func list(
    request: Roost_V1_ListUsageRequest, context: ServerContext
  ) async throws -> Roost_V1_ListUsageResponse {
    var response = await inventory.view.usage.message
    response.at = clock.now().milliseconds
    return response
  }
}
