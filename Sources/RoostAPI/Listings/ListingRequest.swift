package import GRPCCore
package import RoostProto
internal import SwiftProtobuf

/// The request of a listing.
package protocol ListingRequest {
  /// The most rows of a page; 0 for all on one.
  var pageSize: UInt32 { get set }
}

extension ListingRequest {
  /// The same request, answered in pages.
  package var inPages: Self {
    var request = self
    if request.pageSize == 0 { request.pageSize = PageLimit.usual }
    return request
  }
}

extension Roost_V1_ListVMsRequest: ListingRequest {}
extension Roost_V1_ListHostsRequest: ListingRequest {}
extension Roost_V1_ListNetworksRequest: ListingRequest {}
extension Roost_V1_ListPoolsRequest: ListingRequest {}
extension Roost_V1_ListMACsRequest: ListingRequest {}
extension Roost_V1_ListPortsRequest: ListingRequest {}
extension Roost_V1_ListOperationsRequest: ListingRequest {}
extension Roost_V1_ListCertificatesRequest: ListingRequest {}
extension Roost_V1_ListUsageRequest: ListingRequest {}
extension Roost_V1_GetPlanningFleetRequest: ListingRequest {}
extension Roost_V1_CountFitRequest: ListingRequest {}
extension Roost_V1_ShowSettlingRequest: ListingRequest {}

extension StreamingClientResponse where Message: SwiftProtobuf.Message {
  /// All pages as one.
  fileprivate func gathered(_ add: (inout Message, Message) -> Void) async throws -> Message {
    var whole = Message()
    var isFirst = true
    for try await page in messages {
      if isFirst { whole = page } else { add(&whole, page) }
      isFirst = false
    }
    return whole
  }
}

extension Roost_V1_VMs.Client {
  /// The whole listing, from its pages.
  package func list(
    _ request: Roost_V1_ListVMsRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListVMsResponse {
    try await list(request.inPages, options: options) {
      try await $0.gathered { $0.vms.append(contentsOf: $1.vms) }
    }
  }
}

extension Roost_V1_Hosts.Client {
  /// The whole listing, from its pages.
  package func list(
    _ request: Roost_V1_ListHostsRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListHostsResponse {
    try await list(request.inPages, options: options) {
      try await $0.gathered { $0.hosts.append(contentsOf: $1.hosts) }
    }
  }

  /// The whole listing, from its pages.
  package func listNetworks(
    _ request: Roost_V1_ListNetworksRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListNetworksResponse {
    try await listNetworks(request.inPages, options: options) {
      try await $0.gathered { $0.networks.append(contentsOf: $1.networks) }
    }
  }

  /// The whole listing, from its pages.
  package func listPools(
    _ request: Roost_V1_ListPoolsRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListPoolsResponse {
    try await listPools(request.inPages, options: options) {
      try await $0.gathered { $0.pools.append(contentsOf: $1.pools) }
    }
  }
}

extension Roost_V1_Addresses.Client {
  /// The whole listing, from its pages.
  package func listMACs(
    _ request: Roost_V1_ListMACsRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListMACsResponse {
    try await listMACs(request.inPages, options: options) {
      try await $0.gathered { $0.macs.append(contentsOf: $1.macs) }
    }
  }

  /// The whole listing, from its pages.
  package func listPorts(
    _ request: Roost_V1_ListPortsRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListPortsResponse {
    try await listPorts(request.inPages, options: options) {
      try await $0.gathered { $0.ports.append(contentsOf: $1.ports) }
    }
  }
}

extension Roost_V1_Operations.Client {
  /// The whole listing, from its pages.
  package func list(
    _ request: Roost_V1_ListOperationsRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListOperationsResponse {
    try await list(request.inPages, options: options) {
      try await $0.gathered { $0.operations.append(contentsOf: $1.operations) }
    }
  }
}

extension Roost_V1_Certificates.Client {
  /// The whole listing, from its pages.
  package func list(
    _ request: Roost_V1_ListCertificatesRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListCertificatesResponse {
    try await list(request.inPages, options: options) {
      try await $0.gathered { $0.certificates.append(contentsOf: $1.certificates) }
    }
  }
}

extension Roost_V1_Usage.Client {
  /// The whole listing, from its pages.
  package func list(
    _ request: Roost_V1_ListUsageRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_ListUsageResponse {
    try await list(request.inPages, options: options) { response in
      try await response.gathered { whole, page in
        whole.hosts.append(contentsOf: page.hosts)
        whole.vms.append(contentsOf: page.vms)
      }
    }
  }
}

extension Roost_V1_Settling.Client {
  /// All differences, from their pages.
  package func show(
    _ request: Roost_V1_ShowSettlingRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_SettlingResponse {
    try await show(request.inPages, options: options) {
      try await $0.gathered { $0.differences.append(contentsOf: $1.differences) }
    }
  }
}

extension Roost_V1_Planning.Client {
  /// The whole fleet, from its pages.
  package func getFleet(
    _ request: Roost_V1_GetPlanningFleetRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_PlanningFleet {
    var request = request.inPages
    request.splitsHosts = true
    return try await getFleet(request, options: options) {
      var fleet = try await $0.gathered { $0.hosts.append(contentsOf: $1.hosts) }
      fleet.hosts = fleet.hosts.joined
      return fleet
    }
  }

  /// The whole count, from its pages.
  package func countFit(
    _ request: Roost_V1_CountFitRequest, options: CallOptions = .defaults
  ) async throws -> Roost_V1_CountFitResponse {
    try await countFit(request.inPages, options: options) { response in
      try await response.gathered { whole, page in
        whole.shares.append(contentsOf: page.shares)
        whole.limits.append(contentsOf: page.limits)
      }
    }
  }
}

extension [Roost_V1_PlanningHost] {
  /// The hosts, each with the VMs of the parts behind it.
  fileprivate var joined: Self {
    guard contains(where: \.continued) else { return self }
    var whole: Self = []
    for host in self {
      if host.continued, let last = whole.indices.last, whole[last].id == host.id {
        whole[last].vms.append(contentsOf: host.vms)
      } else {
        whole.append(host)
      }
    }
    return whole
  }
}
