package import Fleet
import FleetTestKit
import Foundation
import GRPCCore
package import GRPCNIOTransportHTTP2Posix
package import PKI
package import RoostAPI
package import RoostProto
import Store
import SwiftProtobuf

extension TestCoordinator {
  /// Calls over a transport; failures are told as Roost's own.
  package nonisolated func call<Value: Sendable>(
    _ transport: HTTP2ClientTransport.Posix, _ body: (TestTransports.Client) async throws -> Value
  ) async throws -> Value {
    do {
      return try await withGRPCClient(transport: transport) { try await body($0) }
    } catch let error as RPCError {
      throw FleetError(error)
    }
  }

  /// Calls as a local administrator.
  package nonisolated func local<Value: Sendable>(_ body: (TestTransports.Client) async throws -> Value) async throws
    -> Value
  {
    try await call(transports.local(), body)
  }

  /// The number of the last event that a request caused; ignores connects, disconnects and refusals.
  package nonisolated func lastEvent() async throws -> UInt64 {
    let own = ["host.connected", "host.disconnected"]
    return try await stored { reader in
      UInt64(
        try reader.events(since: 0, limit: 10_000).last {
          !own.contains($0.kind) && !$0.kind.hasPrefix("security.")
        }?.number ?? 0)
    }
  }

  /// A new join token.
  package nonisolated func token(
    named name: String = "", seconds: UInt32 = 0, rejoin: Bool = false
  ) async throws -> JoinToken {
    try await local { client in
      let reply = try await Roost_V1_Hosts.Client(wrapping: client).createToken(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.name = name
          $0.ttlSeconds = seconds
          $0.rejoin = rejoin
        })
      return try JoinToken(parsing: reply.token)
    }
  }

  /// Asks to join.
  package nonisolated func join(_ request: Roost_V1_JoinRequest) async throws -> Roost_V1_JoinResponse {
    try await call(transports.enrolment()) { try await Roost_V1_Enrolment.Client(wrapping: $0).join(request) }
  }

  /// A host that has joined; it connects when it is told to.
  package nonisolated func host(
    _ name: String, capacity: HostCapacity = .sample, rejoin: Bool = false,
    script: @escaping FakeAgent.Script = { _ in .obey }
  ) async throws -> FakeAgent {
    let key = try PrivateKey.generate()
    let token = try await token(named: name, rejoin: rejoin)
    let reply = try await join(.sample(token, key: key, machine: "machine-of-\(name)"))
    guard let id = HostID(reply.hostID) else { throw FleetError(.internal, "the host's id is no id") }
    return FakeAgent(
      id: id, facts: .sample(name, capacity: capacity),
      credentials: ClientCredentials(certificatePEM: reply.certificatePem, keyPEM: try key.pem()),
      transports: transports, script: script)
  }

  /// A host that has joined, whose agent is connected and ready.
  /// - Parameter domain: what it has from the first report on.
  package nonisolated func readyHost(
    _ name: String = "h1", capacity: HostCapacity = .sample, with domain: ObservedDomain? = nil,
    script: @escaping FakeAgent.Script = { _ in .obey }
  ) async throws -> FakeAgent {
    let agent = try await host(name, capacity: capacity, script: script)
    if let domain { await agent.put(domain) }
    try await agent.connect()
    try await waitUntilReady(name)
    return agent
  }

  /// The credentials of a person.
  package nonisolated func person(_ name: String) async throws -> ClientCredentials {
    try await local { client in
      let reply = try await Roost_V1_Administration.Client(wrapping: client).createOperator(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.name = name
        })
      return ClientCredentials(certificatePEM: reply.certificatePem, keyPEM: reply.privateKeyPem)
    }
  }

  /// Revokes whatever certificates a person has.
  package nonisolated func revoke(user: String) async throws -> [Roost_V1_Certificate] {
    try await revoke(.user(user))
  }

  /// Revokes one certificate.
  package nonisolated func revoke(serial: String) async throws -> [Roost_V1_Certificate] {
    try await revoke(.serial(serial))
  }

  private nonisolated func revoke(
    _ which: Roost_V1_RevokeCertificatesRequest.OneOf_Which
  ) async throws -> [Roost_V1_Certificate] {
    try await local { client in
      try await Roost_V1_Certificates.Client(wrapping: client).revoke(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.which = which
        }
      ).certificates
    }
  }

  /// Asks for a VM.
  package nonisolated func create(
    _ spec: VMSpec, id: RequestID? = nil, start: Bool = false, dryRun: Bool = false
  ) async throws -> Roost_V1_CreateVMResponse {
    let request = Roost_V1_CreateVMRequest.creating(
      spec, id: id ?? RequestID(from: random), start: start, dryRun: dryRun)
    return try await local { try await Roost_V1_VMs.Client(wrapping: $0).create(request) }
  }

  /// Reads a backup into a file.
  package nonisolated func backup(to path: String) async throws {
    let bytes = try await local { client in
      try await Roost_V1_Administration.Client(wrapping: client).backup(.init()) { response in
        var bytes: [UInt8] = []
        for try await chunk in response.messages { bytes += Array(chunk.data) }
        return bytes
      }
    }
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
      throw FleetError(.internal, "the backup can't be written")
    }
  }

  /// Whether the coordinator settles, and what it and the hosts differ in.
  package nonisolated func settling() async throws -> Roost_V1_SettlingResponse {
    try await local { try await Roost_V1_Settling.Client(wrapping: $0).show(.init()) }
  }

  /// Ends settling.
  package nonisolated func finishSettling() async throws {
    _ = try await local { try await Roost_V1_Settling.Client(wrapping: $0).finish(.init()) }
  }

  /// Makes a VM and waits until it is there.
  package nonisolated func made(_ name: String, start: Bool = false) async throws -> Roost_V1_VM {
    let reply = try await create(.sample(name, vcpus: 1, memory: .mebibytes(64), disk: .zero), start: start)
    let ended = try await ended(reply.operation)
    guard ended.state == "done" else { throw try FleetError(ended.failure) }
    return try await vm(name)
  }

  /// Changes the power of a VM.
  package nonisolated func power(
    _ name: String, _ verb: PowerVerb, force: Bool = false, id: RequestID? = nil
  ) async throws -> Roost_V1_Operation {
    let id = id ?? RequestID(from: random)
    return try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).changePower(
        .with {
          $0.requestID = id.description
          $0.vm = name
          $0.verb = verb.rawValue
          $0.force = force
        }
      ).operation
    }
  }

  /// Asks for a VM's destruction.
  package nonisolated func delete(
    _ name: String, keepDisks: Bool = false, force: Bool = true
  ) async throws -> Roost_V1_Operation {
    let id = RequestID(from: random)
    return try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).delete(
        .with {
          $0.requestID = id.description
          $0.vm = name
          $0.keepDisks = keepDisks
          $0.force = force
        }
      ).operation
    }
  }

  /// Asks for the adoption of a VM.
  package nonisolated func adopt(
    _ name: String, host: String = "", acceptConflicts: Bool = false, id: RequestID? = nil
  ) async throws -> Roost_V1_AdoptResponse {
    let id = id ?? RequestID(from: random)
    return try await local { client in
      try await Roost_V1_Adoption.Client(wrapping: client).adopt(
        .with {
          $0.requestID = id.description
          $0.vm = name
          $0.host = host
          $0.acceptConflicts = acceptConflicts
        })
    }
  }

  /// Asks for a VM to be given back.
  package nonisolated func giveBack(_ name: String) async throws -> Roost_V1_Operation {
    let id = RequestID(from: random)
    return try await local { client in
      try await Roost_V1_Adoption.Client(wrapping: client).release(
        .with {
          $0.requestID = id.description
          $0.vm = name
        }
      ).operation
    }
  }

  /// The VM of that name.
  package nonisolated func vm(_ name: String) async throws -> Roost_V1_VM {
    try await local { client in
      try await Roost_V1_VMs.Client(wrapping: client).get(.with { $0.vm = name }).vm
    }
  }

  /// The state of the host of that name.
  package nonisolated func hostState(_ name: String) async throws -> String {
    try await local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).get(.with { $0.host = name }).host.state
    }
  }

  /// Waits until the host of that name can take work.
  package nonisolated func waitUntilReady(_ name: String) async throws {
    try await eventually("\(name) becomes ready") { try await hostState(name) == HostState.ready.rawValue }
  }

  /// Waits for the end of an operation.
  package nonisolated func ended(_ operation: Roost_V1_Operation) async throws -> Roost_V1_Operation {
    var last = operation
    try await eventually("\(operation.kind) of \(operation.vm) ends") {
      last = try await local { client in
        try await Roost_V1_Operations.Client(wrapping: client).get(.with { $0.id = operation.id }).operation
      }
      return last.state == "done" || last.state == "failed"
    }
    return last
  }
}

extension Roost_V1_CreateVMRequest {
  /// A request for a VM.
  package static func creating(_ spec: VMSpec, id: RequestID, start: Bool = false, dryRun: Bool = false) -> Self {
    .with {
      $0.requestID = id.description
      $0.spec = spec.message
      $0.start = start
      $0.dryRun = dryRun
    }
  }
}

extension Roost_V1_JoinRequest {
  /// What a machine sends that has a token and a key.
  package static func sample(_ token: JoinToken, key: PrivateKey, machine: String, host: String = "") throws -> Self {
    let request = try CertificateRequest.create(key: key, commonName: "host")
    return .with {
      $0.tokenID = token.id.description
      $0.secret = .init(token.secret)
      $0.certificateRequestPem = request.pem
      $0.hostname = "\(machine).example"
      $0.hostID = host
      $0.machineUuid = machine
    }
  }
}
