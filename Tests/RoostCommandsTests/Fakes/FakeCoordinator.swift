import Fleet
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import RoostAPI
import RoostProto
import SwiftProtobuf
import Synchronization

@testable import RoostCommands

/// A coordinator on a unix socket that knows three VMs and answers as a test wants.
final class FakeCoordinator: Sendable {
  /// What it was asked for, in order.
  let asked = Mutex<[String]>([])
  /// The lists of VMs that it was asked for.
  let listed = Mutex<[Roost_V1_ListVMsRequest]>([])
  /// The bytes of the last image that it was sent.
  let image = Mutex<[UInt8]>([])
  /// How an operation ends.
  let ending = Mutex<FleetError?>(nil)
  /// True if operations never end.
  let isSlow = Mutex(false)

  /// Serves on a socket of its own while `body` runs.
  func serve(_ body: (TestShell) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roost-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("s").path
    let server = GRPCServer(
      transport: .http2NIOPosix(address: .unixDomainSocket(path: path), transportSecurity: .plaintext),
      services: [
        FakeVMs(coordinator: self), FakeOperations(coordinator: self), FakeImages(coordinator: self),
        FakePlanning(coordinator: self), FakeUsage(),
        FakeAdoption(coordinator: self), FakeSettling(coordinator: self), FakeHosts(coordinator: self),
        FakeAddresses(coordinator: self),
      ])
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await server.serve() }
      _ = try await server.listeningAddress
      var shell = TestShell()
      shell.variables["ROOST_SOCKET"] = path
      shell.variables["HOME"] = folder.path
      try await body(shell)
      server.beginGracefulShutdown()
    }
  }

  func note(_ call: String) { asked.withLock { $0.append(call) } }

  /// The calls that were made.
  var calls: [String] { asked.withLock { $0 } }

  static func operation(_ subject: String, kind: OperationKind, state: OperationState) -> FleetOperation {
    FleetOperation(
      id: Samples.id(9), kind: kind, subject: subject, hostID: nil, host: "h1", state: state,
      steps: [OperationStep(name: kind.rawValue, state: state)], createdAt: Samples.noon)
  }
}

/// VMs `one`, `two` and `three`; a console that answers in capitals.
struct FakeVMs: Roost_V1_VMs.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  func list(
    request: Roost_V1_ListVMsRequest, response: RPCWriter<Roost_V1_ListVMsResponse>, context: ServerContext
  ) async throws {
    coordinator.listed.withLock { $0.append(request) }
    let vms =
      switch request.group {
      case "wbe": [VMSummary]()
      case "large": Array(repeating: Samples.web, count: 40_000)
      case "stuck": Array(repeating: Samples.web, count: 600)
      default: [Samples.web, Samples.silent]
      }
    var pages = PageWriter(request.pageSize, each: .with { $0.filtered = true }, to: response)
    for vm in vms { try await pages.add(vm.message, to: \.vms) }
    // The last page is not sent, and the call does not end.
    if request.group == "stuck" { try await context.cancellation.cancelled }
    try await pages.end()
  }

  func get(request: Roost_V1_GetVMRequest, context: ServerContext) async throws -> Roost_V1_GetVMResponse {
    if request.vm == "off" || request.vm == "silent" {
      var vm = request.vm == "off" ? Samples.web : Samples.silent
      (vm.name, vm.state) = (request.vm == "off" ? "off" : "quiet", .stopped)
      let found = vm
      return .with { $0.vm = found.message }
    }
    if request.vm == "blind" {
      var vm = Samples.web
      (vm.name, vm.vnc) = ("blind", nil)
      let found = vm
      return .with {
        $0.vm = found.message
        $0.spec = .init()
      }
    }
    try check(request.vm)
    return .with {
      $0.vm = Samples.web.message
      $0.drift = ["memory is 2GiB instead of 4GiB"]
      $0.placed = Samples.decision.message
    }
  }

  func create(request: Roost_V1_CreateVMRequest, context: ServerContext) async throws -> Roost_V1_CreateVMResponse {
    coordinator.note("create \(request.spec.name) \(request.requestID.count)")
    if request.spec.name == "big" {
      guard request.dryRun else { throw Samples.refused.rpcError }
      return .with { $0.decision = PlacementDecision(ranking: [], refused: Samples.refused.refusals).message }
    }
    return .with {
      $0.decision = Samples.decision.message
      $0.notes = ["a word\u{1B}[2J of warning"]
      guard !request.dryRun else { return }
      $0.vm = Samples.web.message
      $0.operation = FakeCoordinator.operation(request.spec.name, kind: .create, state: .running).message
    }
  }

  func importVM(request: Roost_V1_ImportVMRequest, context: ServerContext) async throws -> Roost_V1_CreateVMResponse {
    throw FleetError(.conflict, "the MAC address 00:16:3e:5d:aa:a8 belongs to \"web-1\" on h2").rpcError
  }

  func changePower(
    request: Roost_V1_ChangePowerRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    try check(request.vm)
    coordinator.note("\(request.verb) \(request.vm)\(request.force ? " by force" : "")")
    return .with {
      $0.operation =
        FakeCoordinator.operation(
          request.vm, kind: OperationKind(rawValue: request.verb) ?? .start, state: .pending
        ).message
    }
  }

  func delete(request: Roost_V1_DeleteVMRequest, context: ServerContext) async throws -> Roost_V1_OperationResponse {
    try check(request.vm)
    coordinator.note("delete \(request.vm)")
    return .with {
      $0.operation = FakeCoordinator.operation(request.vm, kind: .delete, state: .pending).message
    }
  }

  func forget(request: Roost_V1_ForgetVMRequest, context: ServerContext) async throws -> Roost_V1_VMResponse {
    coordinator.note("forget \(request.confirmedName)")
    return .with { $0.vm = Samples.web.message }
  }

  func setVNC(request: Roost_V1_SetVNCRequest, context: ServerContext) async throws -> Roost_V1_OperationResponse {
    try check(request.vm)
    coordinator.note("vnc \(request.mode) \(request.vm)")
    return .with {
      $0.operation = FakeCoordinator.operation(request.vm, kind: .setVNC, state: .pending).message
    }
  }

  func recover(
    request: Roost_V1_RecoverVMRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    coordinator.note("recover \(request.vm)")
    return .with {
      $0.operation = FakeCoordinator.operation(request.vm, kind: .recover, state: .pending).message
    }
  }

  func openTunnel(
    request: RPCAsyncSequence<Roost_V1_TunnelFrame, any Error>, response: RPCWriter<Roost_V1_TunnelFrame>,
    context: ServerContext
  ) async throws {
    for try await frame in request {
      switch frame.content {
      case .open(let open):
        try check(open.vm)
        try await response.write(.with { $0.ready = .with { $0.host = "h1" } })
        if open.kind == "vnc" { try await response.write(.with { $0.data = Data("RFB 003.008\n".utf8) }) }
      case .data(let data):
        let text = String(decoding: data, as: UTF8.self)
        try await response.write(.with { $0.data = Data(text.uppercased().utf8) })
        if text.contains("bye") { return }
      case .failure, .ready, .tunnelID, nil: break
      }
    }
  }

  private func check(_ name: String) throws {
    guard ["one", "two", "three", Samples.web.id.description].contains(name) else {
      throw FleetError(.notFound, "there is no VM \"\(name)\"", hint: "list them: roost list").rpcError
    }
  }
}

/// One operation, which ends as the test wants.
struct FakeOperations: Roost_V1_Operations.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  func audit(
    request: Roost_V1_AuditRequest, response: RPCWriter<Roost_V1_Event>, context: ServerContext
  ) async throws {
    let row = FleetEvent(
      number: 3, at: Samples.noon, kind: "security.denied", subject: "host:h1", message: "no", actor: "host:h1")
    try await response.write(row.eventMessage)
  }

  func list(
    request: Roost_V1_ListOperationsRequest, response: RPCWriter<Roost_V1_ListOperationsResponse>,
    context: ServerContext
  ) async throws { try await response.write(Roost_V1_ListOperationsResponse()) }

  func get(
    request: Roost_V1_GetOperationRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    .with { $0.operation = FakeCoordinator.operation("one", kind: .start, state: .running).message }
  }

  func cancel(
    request: Roost_V1_CancelOperationRequest, context: ServerContext
  ) async throws -> Roost_V1_OperationResponse {
    let operation = FakeCoordinator.operation("one", kind: .start, state: .running)
    return .with {
      $0.operation = operation.cancelled(by: "somebody", hint: "roost show one", at: Samples.noon).message
    }
  }

  func watch(
    request: Roost_V1_GetOperationRequest, response: RPCWriter<Roost_V1_OperationResponse>, context: ServerContext
  ) async throws {
    var operation = FakeCoordinator.operation("one", kind: .start, state: .running)
    try await response.write(.with { $0.operation = operation.message })
    if coordinator.isSlow.withLock({ $0 }) {
      try await context.cancellation.cancelled
      return
    }
    operation.failure = coordinator.ending.withLock { $0 }
    operation.state = operation.failure == nil ? .done : .failed
    operation.endedAt = Samples.noon
    try await response.write(.with { $0.operation = operation.message })
  }

  func events(
    request: Roost_V1_EventsRequest, response: RPCWriter<Roost_V1_Event>, context: ServerContext
  ) async throws {
    for number in (request.since + 1)..<(request.since + 4) {
      let event = FleetEvent(
        number: Int64(number), at: Samples.noon, kind: "vm.created", subject: "one", message: "VM \"one\" is accepted")
      var message = event.eventMessage
      if number == request.since + 1 { message.oldestKept = 8 }
      try await response.write(message)
    }
  }
}

/// Two hosts, one of them silent, and three VMs.
struct FakeUsage: Roost_V1_Usage.SimpleServiceProtocol {
  func list(
    request: Roost_V1_ListUsageRequest, response: RPCWriter<Roost_V1_ListUsageResponse>, context: ServerContext
  ) async throws {
    var whole = Samples.usage.message
    whole.at = Samples.noon.milliseconds
    try await response.write(whole)
  }
}

/// A library that takes one image.
struct FakeImages: Roost_V1_Images.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  func list(request: Roost_V1_ListImagesRequest, context: ServerContext) async throws -> Roost_V1_ListImagesResponse {
    Roost_V1_ListImagesResponse()
  }

  func create(request: Roost_V1_CreateImageRequest, context: ServerContext) async throws -> Roost_V1_ImageResponse {
    throw FleetError(.unsupported, "not here").rpcError
  }

  func importImage(
    request: RPCAsyncSequence<Roost_V1_ImportImageRequest, any Error>, context: ServerContext
  ) async throws -> Roost_V1_ImageResponse {
    var bytes: [UInt8] = []
    var name = ""
    for try await message in request {
      switch message.content {
      case .begin(let begin):
        name = begin.name
        guard name != "taken" else { throw FleetError(.conflict, "there is an image \"taken\" already").rpcError }
      case .data(let data): bytes += data
      case nil: break
      }
    }
    let received = bytes
    coordinator.image.withLock { $0 = received }
    let image = Image(
      id: Samples.id(3), name: name, format: .raw, virtualSize: ByteCount(bytes: Int64(received.count)),
      fileSize: ByteCount(bytes: Int64(received.count)), sha256: "", createdAt: Samples.noon)
    return .with { $0.image = image.message }
  }

  func delete(request: Roost_V1_DeleteImageRequest, context: ServerContext) async throws -> Roost_V1_ImageResponse {
    throw FleetError(.unsupported, "not here").rpcError
  }
}
