internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto

extension FleetClient {
  /// The library's images by name.
  func libraryImages() async throws -> [Image] {
    let response = try await images.list(Roost_V1_ListImagesRequest(), options: brief)
    return try response.images.map { try Image($0) }.sorted { $0.name < $1.name }
  }

  /// The host that has a network: the chosen one, or the only one.
  /// - Throws: ``FleetError``: `not_found` if no host has it, `invalid` if several have.
  func host(of network: String, chosen host: String?) async throws -> String {
    if let host { return host }
    let response = try await hosts.listNetworks(Roost_V1_ListNetworksRequest(), options: brief)
    let found = response.networks.filter { $0.network.name == network }.map(\.host)
    guard let first = found.first else {
      throw FleetError(.notFound, "no host has a network \"\(network.printable)\"", hint: "roost network list")
    }
    guard found.count == 1 else {
      throw FleetError.usage(
        "the hosts \(found.joined(separator: ", ")) have a network \"\(network)\"", hint: "name one with --host")
    }
    return first
  }
}
