internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import NIOSSL
internal import RoostAPI
internal import RoostProto

/// A connection to a coordinator: its services, and the time limit of calls.
struct FleetClient: Sendable {
  /// The transport of the calls.
  typealias Transport = HTTP2ClientTransport.Posix

  let vms: Roost_V1_VMs.Client<Transport>
  let hosts: Roost_V1_Hosts.Client<Transport>
  let images: Roost_V1_Images.Client<Transport>
  let addresses: Roost_V1_Addresses.Client<Transport>
  let operations: Roost_V1_Operations.Client<Transport>
  let administration: Roost_V1_Administration.Client<Transport>
  let certificates: Roost_V1_Certificates.Client<Transport>
  let enforcement: Roost_V1_Enforcement.Client<Transport>
  let adoption: Roost_V1_Adoption.Client<Transport>
  let settling: Roost_V1_Settling.Client<Transport>
  let planning: Roost_V1_Planning.Client<Transport>
  let usage: Roost_V1_Usage.Client<Transport>
  /// The coordinator's address, for messages.
  let place: String
  /// The time limit of a call.
  let timeout: Duration

  /// Wraps a client.
  init(_ client: GRPCClient<Transport>, place: String, timeout: Duration) {
    vms = Roost_V1_VMs.Client(wrapping: client)
    hosts = Roost_V1_Hosts.Client(wrapping: client)
    images = Roost_V1_Images.Client(wrapping: client)
    addresses = Roost_V1_Addresses.Client(wrapping: client)
    operations = Roost_V1_Operations.Client(wrapping: client)
    administration = Roost_V1_Administration.Client(wrapping: client)
    certificates = Roost_V1_Certificates.Client(wrapping: client)
    enforcement = Roost_V1_Enforcement.Client(wrapping: client)
    adoption = Roost_V1_Adoption.Client(wrapping: client)
    settling = Roost_V1_Settling.Client(wrapping: client)
    planning = Roost_V1_Planning.Client(wrapping: client)
    usage = Roost_V1_Usage.Client(wrapping: client)
    self.place = place
    self.timeout = timeout
  }

  /// Options of a call that is answered at once.
  var brief: CallOptions {
    var options = stream
    options.timeout = timeout
    return options
  }

  /// Options of a call without a time limit.
  var stream: CallOptions {
    var options = CallOptions.defaults
    options.waitForReady = false
    options.maxResponseMessageBytes = 256 << 20
    // The transport reads this one for what it receives: grpc-swift-nio-transport 2.9, Connection.swift.
    options.maxRequestMessageBytes = options.maxResponseMessageBytes
    return options
  }

  /// The error for people: one of the transport names the coordinator.
  func explain(_ error: any Error) -> FleetError {
    if let error = error as? RPCError, error.code == .unavailable, !FleetError.isCarried(by: error) {
      if Self.isFromTLS(error) {
        return FleetError(
          .unreachable,
          "cannot reach the coordinator at \(place): what answers there is no coordinator of this fleet, or does not "
            + "take the certificate",
          hint: "compare address, authority and certificate: roost context show", retryable: true)
      }
      let cause = error.cause.map { ": \(String(describing: $0))" } ?? ""
      return FleetError(
        .unreachable, "cannot reach the coordinator at \(place): \((error.message + cause).printable)",
        hint: "is the certificate of this context still good? roost context show", retryable: true)
    }
    return FleetError(error)
  }

  /// True if it was TLS that did not come about, whatever wraps it.
  private static func isFromTLS(_ error: RPCError) -> Bool {
    var cause = error.cause
    for _ in 0..<8 {
      switch cause {
      case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return true
      case let inner as RPCError: cause = inner.cause
      default: return false
      }
    }
    return false
  }
}

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
