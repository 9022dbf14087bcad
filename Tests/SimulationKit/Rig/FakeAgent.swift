package import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
package import RoostProto
import SwiftProtobuf

/// A host's agent without a host: it speaks the real link, and answers actions as a script says.
package actor FakeAgent {
  /// What it does about an action.
  package enum Answer: Sendable {
    /// Carry it out, in memory.
    case obey
    /// Answer with a failure.
    case refuse(FleetError)
    /// Never answer.
    case silence
    /// Break the connection.
    case hangUp
  }

  package typealias Script = @Sendable (AgentAction) async -> Answer

  package nonisolated let id: HostID
  package nonisolated let credentials: ClientCredentials
  package nonisolated let name: String
  private var facts: HostFacts
  let transports: TestTransports
  private var script: Script
  private var connections: [Task<Void, Never>] = []
  /// The connection that is made anew whenever it ends.
  var kept = KeptConnection()
  /// How many of its connections the other side has not ended.
  package internal(set) var openConnections = 0
  /// Every action it was sent, in order.
  package private(set) var actions: [AgentAction] = []
  package private(set) var domains: [VMID: ObservedDomain] = [:]
  /// The actions that the coordinator cancelled, in order.
  package private(set) var cancelled: [ActionID] = []
  /// Every question it was asked, in order.
  package private(set) var queries: [HostQuery] = []
  /// What stands at paths of the host; everywhere else is nothing.
  private var files: [String: FileStatus] = [:]
  private var answersQueries = true
  /// Unsolicited messages, per connection.
  var posts: [AsyncStream<Roost_V1_AgentMessage>.Continuation] = []
  /// The mark that it was told with a signature.
  package private(set) var mark: Roost_V1_SignedMark?
  /// The boot and the machine that it says it is on.
  private var machine: String
  private var otherVersion: @Sendable (inout Roost_V1_Hello) -> Void = { _ in }
  /// How often it was asked for everything it has.
  private var inventoryRequests = 0
  /// What it was told to remember.
  package private(set) var memory = HighWaterMarks(epoch: 0, incarnation: "", macCursor: 0)

  package init(
    id: HostID, facts: HostFacts, credentials: ClientCredentials, transports: TestTransports, script: @escaping Script
  ) {
    self.id = id
    self.facts = facts
    name = facts.hostname
    machine = "machine-of-\(facts.hostname)"
    self.credentials = credentials
    self.transports = transports
    self.script = script
  }

  /// Has it write its next hello as an agent of another version would.
  package func greet(_ other: @escaping @Sendable (inout Roost_V1_Hello) -> Void) { otherVersion = other }

  /// Changes how it answers.
  package func answer(_ script: @escaping Script) { self.script = script }

  /// Puts a domain on the host, to be reported with the next hello.
  package func put(_ domain: ObservedDomain) { domains[domain.id] = domain }

  /// Puts a file on the host.
  package func put(_ path: String, _ kind: FileStatus.Kind = .regular, identity: String = "") {
    files[path] = FileStatus(path: path, kind: kind, identity: identity)
  }

  /// Keeps silent about questions, or answers them again.
  package func answerQueries(_ answers: Bool) { answersQueries = answers }

  /// Makes it remember that it was told so much, with a coordinator's signature or without.
  package func remember(_ memory: HighWaterMarks, mark: Roost_V1_SignedMark? = nil) {
    self.memory = memory
    self.mark = mark
  }

  /// Makes it say that it is on another machine.
  package func move(to machine: String, boot: String) {
    self.machine = machine
    facts.bootID = boot
  }

  /// Sends a message of the test's own over every connection.
  package func post(_ message: Roost_V1_AgentMessage) {
    for post in posts { post.yield(message) }
  }

  /// Takes a domain off the host, to be missing from the next hello.
  @discardableResult
  package func remove(_ id: VMID) -> ObservedDomain? { domains.removeValue(forKey: id) }

  /// Changes what the agent sees of its host, to be reported with the next hello.
  package func see(_ change: @Sendable (inout HostFacts) -> Void) { change(&facts) }

  /// Opens a connection, beside those that are open.
  package func connect() throws {
    let transport = try transports.link(credentials)
    let hello = hello
    openConnections += 1
    connections.append(
      Task {
        try? await withGRPCClient(transport: transport) { try await self.serve($0, hello) }
        openConnections -= 1
      })
  }

  /// Sends what it has measured over every connection.
  package func report(_ report: UsageReport) {
    for post in posts { post.yield(.with { $0.statistics = report.message }) }
  }

  /// Puts a domain on the host and tells of it over every connection.
  package func tell(_ domain: ObservedDomain) {
    domains[domain.id] = domain
    for post in posts { post.yield(.with { $0.domains.changed = [domain.message] }) }
  }

  /// Waits until the coordinator has drawn all that follows from what was sent so far: it answers a digest of a domain
  /// that it does not know, and takes one message after the other.
  package nonisolated func waitUntilHeard() async throws {
    try await eventually("\(name) has its connection") { await !posts.isEmpty }
    let before = await inventoryRequests
    await post(.with { $0.digest = .with { $0.domains[VMID.sample(999_999).description] = 1 } })
    try await eventually("what \(name) told is heard") { await inventoryRequests > before }
  }

  /// Sends an unsolicited message over every connection.
  package func send(_ content: Roost_V1_AgentMessage.OneOf_Content) {
    for post in posts { post.yield(.with { $0.content = content }) }
  }

  /// Sends the result of an action that it kept silent about.
  package func answer(late result: ActionResult) {
    for post in posts { post.yield(.with { $0.result = result.message }) }
  }

  private func open(_ post: AsyncStream<Roost_V1_AgentMessage>.Continuation) { posts.append(post) }

  /// Breaks every connection.
  package func disconnect() async {
    let open = connections
    (connections, posts) = ([], [])
    for connection in open { connection.cancel() }
    for connection in open { await connection.value }
  }

  /// Breaks them, and opens one.
  package func reconnect() async throws {
    await disconnect()
    try connect()
  }

  var hello: Roost_V1_Hello {
    .with {
      memory.write(to: &$0)
      $0.hostName = name
      $0.machineUuid = machine
      if let mark { $0.mark = mark }
      $0.agentVersion = "0.1.0"
      $0.bootID = facts.bootID
      $0.host = facts.message
      $0.libvirt = LibvirtState(isConnected: true, since: .sample).message
      $0.domains = domains.values.map(\.message)
      otherVersion(&$0)
    }
  }

  /// All that it has, told anew.
  private var inventory: Roost_V1_AgentMessage {
    .with {
      $0.domains.complete = true
      $0.domains.changed = domains.values.map(\.message)
      $0.domains.libvirtSince = Timestamp.sample.milliseconds
    }
  }

  /// Says hello and serves the stream until either side ends it.
  nonisolated func serve(
    _ client: TestTransports.Client, _ hello: Roost_V1_Hello,
    welcomed: @Sendable @escaping (Roost_V1_Welcome) async -> Void = { _ in }
  ) async throws {
    let (outbox, post) = AsyncStream.makeStream(of: Roost_V1_AgentMessage.self)
    defer { post.finish() }
    let opening = Roost_V1_AgentMessage.with { $0.hello = hello }.inParts
    for message in opening { post.yield(message) }
    await open(post)
    let request = StreamingClientRequest<Roost_V1_AgentMessage> { writer in
      for await message in outbox { try await writer.write(message) }
    }
    try await Self.connect(client, inParts: opening.count > 1, request) { response in
      for try await message in response.messages {
        switch message.content {
        case .action(let received):
          guard let result = try await self.take(try AgentAction(received)) else { continue }
          post.yield(.with { $0.result = result.message })
        case .welcome(let welcome):
          await self.remember(
            HighWaterMarks(
              epoch: Int64(welcome.epoch), incarnation: welcome.incarnation, macCursor: welcome.macCursor,
              poolCursors: try PoolCursors(welcome.poolCursors), lastEvent: Int64(welcome.lastEvent)),
            mark: welcome.mark)
          await welcomed(welcome)
        case .sendInventory:
          await self.noteInventoryRequest()
          for part in await self.inventory.inParts { post.yield(part) }
        case .highWater(let mark): await self.hear(mark, try PoolCursors(mark.poolCursors))
        case .cancel(let order): await self.hear(cancelled: order.actionID)
        case .query(let received):
          guard let answer = await self.answer(try HostQuery(received)) else { continue }
          post.yield(.with { $0.answer = answer.message })
        default: continue
        }
      }
    }
  }

  private nonisolated static func connect(
    _ client: TestTransports.Client, inParts: Bool, _ request: StreamingClientRequest<Roost_V1_AgentMessage>,
    _ body: @Sendable @escaping (StreamingClientResponse<Roost_V1_CoordinatorMessage>) async throws -> Void
  ) async throws {
    let link = Roost_V1_AgentLink.Client(wrapping: client)
    if inParts {
      try await link.connectInParts(request: request, onResponse: body)
    } else {
      try await link.connect(request: request, onResponse: body)
    }
  }

  private func noteInventoryRequest() { inventoryRequests += 1 }

  private func hear(cancelled id: String) {
    if let id = ActionID(id) { cancelled.append(id) }
  }

  private func hear(_ mark: Roost_V1_HighWater, _ cursors: PoolCursors) {
    memory.macCursor = max(memory.macCursor, mark.macCursor)
    memory.poolCursors.raise(to: cursors)
    memory.lastEvent = max(memory.lastEvent, Int64(mark.lastEvent))
    self.mark = mark.mark
  }

  private func take(_ action: AgentAction) async throws -> ActionResult? {
    actions.append(action)
    switch await script(action) {
    case .obey:
      if let failure = missing(action.work) { return ActionResult(id: action.id, failure: failure, domain: nil) }
      return ActionResult(id: action.id, failure: nil, domain: carryOut(action.work))
    case .refuse(let failure): return ActionResult(id: action.id, failure: failure, domain: nil)
    case .silence: return nil
    case .hangUp: throw CancellationError()
    }
  }

  private func answer(_ query: HostQuery) -> HostAnswer? {
    queries.append(query)
    guard answersQueries else { return nil }
    switch query.content {
    case .files(let paths):
      return HostAnswer(
        id: query.id, result: .success(.files(paths.map { files[$0] ?? FileStatus(path: $0, kind: .missing) })))
    case .document(let vm):
      guard let domain = domains[vm] else {
        return HostAnswer(id: query.id, result: .failure(FleetError(.notFound, "no domain \(vm)")))
      }
      let texts = DomainDocuments(
        saved: domain.saved.map { domain.document($0) }, live: domain.live.map { domain.document($0) })
      return HostAnswer(id: query.id, result: .success(.document(texts)))
    }
  }

  /// What a real agent says of a domain that is not there.
  private func missing(_ work: AgentAction.Work) -> FleetError? {
    let vm: VMID? =
      switch work {
      case .power(let vm, _, _, _), .nic(let vm, _): vm
      case .mark(let mark): mark.vmID
      case .provision, .recover, .destroy, .unmark, .network: nil
      }
    guard let vm, domains[vm] == nil else { return nil }
    return FleetError(.notFound, "libvirt on this host has no domain \(vm)")
  }

  private func carryOut(_ work: AgentAction.Work) -> ObservedDomain? {
    switch work {
    case .provision(let order):
      let vm = ManagedVM(
        id: order.vmID, spec: order.spec, hostID: id, host: name, power: .stopped, revision: order.revision,
        allocations: order.allocations, phase: nil, createdAt: .sample)
      domains[vm.id] = .sample(of: vm, state: .stopped, fleetID: order.fleetID)
      return domains[vm.id]
    case .power(let vm, let verb, _, _):
      // Read first: the dictionary must not be read while one of its values is being changed.
      let saved = domains[vm]?.saved
      domains[vm]?.state = verb == .stop ? .stopped : verb == .pause ? .paused : .running
      domains[vm]?.live = verb == .stop ? nil : saved
      return domains[vm]
    case .destroy(let order):
      domains[order.vmID] = nil
      return nil
    case .mark(let mark):
      domains[mark.vmID]?.mark = mark
      return domains[mark.vmID]
    case .recover(let order):
      if domains[order.vmID] != nil {
        let live = domains[order.vmID]?.live
        domains[order.vmID]?.saved = live
        domains[order.vmID]?.isPersistent = true
        return domains[order.vmID]
      }
      return carryOut(.provision(order))
    case .unmark(let vm, _):
      domains[vm]?.mark = nil
      return domains[vm]
    case .nic(let vm, .address(let old, let next, let mark)):
      var nics = domains[vm]?.saved?.nics ?? []
      for index in nics.indices where nics[index].mac == old { nics[index].mac = next }
      domains[vm]?.saved?.nics = nics
      domains[vm]?.mark = mark
      return domains[vm]
    case .nic(let vm, .linkDown): return domains[vm]
    case .network: return nil
    }
  }
}
