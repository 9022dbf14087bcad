import Fleet
import GRPCCore
import Logging
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Serves each agent's long stream: records its reports in the inventory and sends its queued messages.
struct AgentStreamHandler: Sendable {
  /// The interval of agents' statistics, in seconds.
  static let statisticsSeconds: UInt32 = 10
  /// The interval of an agent's digests, in seconds: about a minute, and not the same for all hosts.
  static func digestSeconds(of id: HostID) -> UInt32 { 55 + UInt32(clamping: id.value.low % 11) }
  /// After which time a stream is ended, so that hosts that came at the same moment do not come again at one: some
  /// hours before the connection itself is too old.
  static func longestStream(of id: HostID) -> Duration { .seconds(17 * 3_600) + .seconds(Int64(id.value.low % 18_000)) }
  /// How many hellos are worked on at a time.
  static let hellosAtATime = 4

  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let sessions: ConnectedAgents
  let conflicts: ReportedConflicts
  let starts: StartArbiter
  let settling: Settling
  let recovery: HostRecovery
  let seal: MarkSeal
  let rates: EventRates
  let calls: LiveCalls
  let pace: HostPace
  let reports: ReportWrites
  let clock: any WallClock
  let logger: Logger
  let hellos = AsyncSemaphore(hellosAtATime)
  /// The trust information for a welcome.
  var trust: @Sendable () async -> Roost_V1_CoordinatorTrust = { Roost_V1_CoordinatorTrust() }

  /// Serves one stream until it ends.
  func serve(
    _ hostID: HostID, _ incoming: RPCAsyncSequence<Roost_V1_AgentMessage, any Error>,
    _ outgoing: RPCWriter<Roost_V1_CoordinatorMessage>, peer: String = ""
  ) async throws {
    let known = await inventory.view.hosts[hostID]?.host
    guard known != nil || context.epochState.isSettling else { throw HostRecovery.unknown }
    let session = await sessions.session(for: hostID)
    do {
      try await exchange(session, known, incoming, peer) { try await outgoing.write($0) }
      await end(session, known)
    } catch {
      await end(session, known)
      throw error
    }
  }

  /// Reads the stream, and works on what it reads apart from that, so that an agent is heard however long work takes.
  func exchange(
    _ session: AgentConnection, _ known: Host?, _ incoming: RPCAsyncSequence<Roost_V1_AgentMessage, any Error>,
    _ peer: String, write: @escaping @Sendable (Roost_V1_CoordinatorMessage) async throws -> Void
  ) async throws {
    let inbox = AgentInbox()
    try await withTaskCancellationHandler {
      // A task takes some kilobytes for as long as it lives, and each agent has all of these.
      try await withThrowingTaskGroup(of: StreamTask.self) { group in
        group.addTask {
          for await message in session.outgoing { try await write(message) }
          return .decisive
        }
        group.addTask {
          await read(incoming, of: session, into: inbox)
          return .reading
        }
        group.addTask {
          try await work(on: inbox, from: session.hostID, known, session, peer)
          return .decisive
        }
        group.addTask {
          try await watch(session, atMost: Self.longestStream(of: session.hostID))
          return .decisive
        }
        defer {
          group.cancelAll()
          inbox.close()
        }
        // What has been read is worked on to its end.
        while try await group.next() == .reading {}
      }
    } onCancel: {
      inbox.close()
    }
  }

  /// A task that serves a stream, and whether its end is the stream's end.
  private enum StreamTask {
    case reading, decisive
  }

  private func read(
    _ incoming: RPCAsyncSequence<Roost_V1_AgentMessage, any Error>, of session: AgentConnection, into inbox: AgentInbox
  ) async {
    do {
      for try await message in incoming {
        let at = clock.now()
        session.noteMessage()
        guard let content = message.content else { continue }
        inbox.put(content, cost: Self.cost(of: content), size: MessageSize.atMost(message), at: at)
        session.setBehind(true)
        await inbox.waitForRoom()
        session.setBehind(false)
      }
      inbox.finish(.success(()))
    } catch {
      inbox.finish(.failure(error))
    }
  }

  private func work(
    on inbox: AgentInbox, from hostID: HostID, _ known: Host?, _ session: AgentConnection, _ peer: String
  ) async throws {
    var greeted: Host?
    var parts = DomainParts()
    while let read = try await inbox.next() {
      let (message, at) = (read.content, read.at)
      if let wait = pace.take(read.cost, "messages", .messages, of: hostID) {
        try await Task.sleep(for: wait)
      }
      do {
        guard let content = try parts.whole(message) else { continue }
        if case .hello(let hello) = content {
          guard greeted == nil else { throw FleetError(.invalid, "the agent has said hello already") }
          let present = await inventory.view.hosts[hostID]?.host ?? known
          guard let host = try await present.orElse({ try await recovery.host(hostID, hello) }) else {
            throw HostRecovery.unknown
          }
          try await Self.apart { try await handleHello(host, session, hello, peer, heardAt: at) }
          greeted = host
          continue
        }
        guard let host = greeted else { throw FleetError(.invalid, "the first message of an agent is hello") }
        await inventory.seen(host.id, from: session.number, at: at)
        try await Self.apart { try await handle(content, from: host, session, heardAt: at) }
      } catch let error as FleetError where error.code == .exhausted {
        await tellExcess(error, of: hostID)
        throw error
      }
    }
  }

  /// Does work in a task of its own. A task keeps the memory of its deepest call until it ends, and the one that works
  /// on a stream lives as long as the stream.
  private static func apart(_ work: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(operation: work)
      try await group.waitForAll()
    }
  }

  private func handleHello(
    _ host: Host, _ session: AgentConnection, _ hello: Roost_V1_Hello, _ peer: String, heardAt: Timestamp
  ) async throws {
    // All that can be refused is read before the stream takes the place of another.
    let facts = try HostFacts(hello.host)
    let libvirt = try LibvirtState(hello.libvirt)
    let domains = try hello.domains.map { try ObservedDomain($0) }
    try HostQuota.check(facts)
    try HostQuota.check(domains)
    try await admit(host, session, hello, peer)
    try await settling.learnMarks(hello, from: host)
    let (marks, policy) = try await store.read { (try $0.highWater(), try $0.outOfBandPolicy()) }
    let trust = await trust()
    let mark = try seal.sign(marks, for: host.id)
    let welcome = Roost_V1_CoordinatorMessage.with {
      $0.welcome = .with {
        $0.fleetID = context.fleetID.description
        $0.epoch = UInt64(clamping: context.epoch)
        $0.incarnation = context.incarnation.description
        $0.hostName = host.name
        $0.statisticsSeconds = Self.statisticsSeconds
        $0.digestSeconds = Self.digestSeconds(of: host.id)
        $0.macCursor = marks.macCursor
        $0.poolCursors = marks.poolCursors.message
        $0.startPolicy = policy.message
        $0.at = clock.now().milliseconds
        $0.lastEvent = UInt64(clamping: marks.lastEvent)
        $0.trust = trust
        $0.mark = mark
        $0.takesParts = true
      }
    }
    guard session.welcome(welcome) else { return }
    // A policy that changed after the welcome was written went only to agents that had been welcomed.
    let newest = await inventory.view.outOfBandPolicy
    if newest != policy { _ = session.send(.with { $0.startPolicy = newest.message }) }
    let before = await inventory.view.hosts[host.id]?.domains ?? [:]
    try await update(host.id, session) { entry in
      entry.isConnected = true
      entry.seenAt = heardAt
      entry.lostAt = nil
      entry.facts = facts
      entry.libvirt = libvirt
      entry.excess = nil
      entry.lockedOutSince = nil
      entry.unmeasured = nil
      // A libvirt that does not answer proves nothing: the last observations stay, with their age.
      guard libvirt.isConnected else { return }
      entry.report(all: domains, ofLibvirtSince: libvirt.since, at: heardAt)
    }
    // The agent is served from here on; what follows from its hello takes its turn.
    try await hellos.pass {
      await soften("the capacity of host \(host.name)") { try await storeCapacity(facts.capacity, of: host.id) }
      await retireEarlierCertificates(of: host)
      await record(.hostConnected, of: host, "host \(host.name) is connected", at: clock.now())
      await recordDegraded(host)
      guard libvirt.isConnected else { return }
      await soften("the reservations of host \(host.name)") { try await keepReservations(of: host.id) }
      let ids = Set(before.keys).union(domains.map(\.id))
      await soften("that host \(host.name) has reported") { try await settling.hostReported(host.id) }
      try await processDomainChanges(from: host.id, about: ids, before: before)
      await inventory.touch()
    }
  }

  private func handle(
    _ content: Roost_V1_AgentMessage.OneOf_Content, from host: Host, _ session: AgentConnection, heardAt: Timestamp
  ) async throws {
    switch content {
    case .hello, .part: break
    case .host(let message):
      let facts = try HostFacts(message)
      try HostQuota.check(facts)
      try await update(host.id, session) { $0.facts = facts }
      await recordDegraded(host)
      await soften("the capacity of host \(host.name)") { try await storeCapacity(facts.capacity, of: host.id) }
      await soften("the reservations of host \(host.name)") { try await keepReservations(of: host.id) }
    case .domains(let delta): try await handle(delta, from: host, session, heardAt: heardAt)
    case .statistics(let message): try await handle(message, from: host, session, heardAt: heardAt)
    case .digest(let digest): try await compare(digest, from: host, session, heardAt: heardAt)
    case .progress(let progress):
      guard let id = ActionID(progress.actionID) else { return }
      await sessions.progress(
        id, step: String(progress.step.printable.prefix(255)),
        fraction: (0...1).contains(progress.fraction) ? progress.fraction : nil,
        from: host.id)
    case .result(let message):
      let result = HostQuota.bounded(try ActionResult(message))
      if let domain = result.domain { try HostQuota.check([domain]) }
      await sessions.finish(result, from: host.id)
    case .answer(let message): await sessions.finish(try HostAnswer(message), from: host.id)
    case .libvirt(let message): try await handle(try LibvirtState(message), from: host, session)
    }
  }

  private func handle(
    _ delta: Roost_V1_DomainDelta, from host: Host, _ session: AgentConnection, heardAt: Timestamp
  ) async throws {
    let changed = try delta.changed.map { try ObservedDomain($0) }
    let removed = delta.removed.compactMap { VMID($0) }
    let isComplete = delta.complete
    let since: Timestamp? = delta.libvirtSince > 0 ? Timestamp(milliseconds: delta.libvirtSince) : nil
    let before = await inventory.view.hosts[host.id]?.domains ?? [:]
    try HostQuota.check(changed)
    let stays = isComplete ? 0 : before.count
    let added = Set(changed.map(\.id)).subtracting(isComplete ? [] : Set(before.keys)).count
    try HostQuota.check(domains: stays + added - Set(removed).intersection(before.keys).count)
    try await update(host.id, session) { entry in
      if isComplete {
        entry.report(all: changed, ofLibvirtSince: since ?? entry.libvirt?.since, at: heardAt)
      } else {
        entry.report(changed: changed, removed: removed, at: heardAt)
      }
    }
    await recordDegraded(host)
    let ids = Set(changed.map(\.id)).union(removed).union(isComplete ? Array(before.keys) : [])
    try await processDomainChanges(from: host.id, about: ids, before: before)
    if isComplete {
      await soften("that host \(host.name) has reported") { try await settling.hostReported(host.id) }
    }
  }

  /// Processes a host's report about these domains: moves, saved report, new conflicts.
  func processDomainChanges(from id: HostID, about ids: Set<VMID>, before: [VMID: ObservedDomain]) async throws {
    let seen = await inventory.view.hosts[id]?.domains ?? [:]
    let running = ids.filter { seen[$0]?.state.isActive == true }
    await starts.heard(running: running, off: ids.subtracting(running), on: id)
    var targets: Set<HostID> = []
    await soften("where VMs have gone") { targets = try await applyRelocations(id) }
    for host in targets.union([id]).sorted() { await reports.write(host) { try await saveReport(of: host) } }
    let now = await inventory.view.hosts[id]?.domains ?? [:]
    let macs = ids.reduce(into: Set<MACAddress>()) { macs, id in
      macs.formUnion(before[id]?.macs ?? [])
      macs.formUnion(now[id]?.macs ?? [])
    }
    let gone = ids.filter { before[$0] != nil && now[$0] == nil }
    await soften("the late deletions of host \(id)") { try await tellLateDeletions(of: gone, by: id) }
    await soften("the conflicts of host \(id)") { try await recordNewConflicts(of: macs, doubleRunsOf: ids, from: id) }
  }

  private func handle(_ libvirt: LibvirtState, from host: Host, _ session: AgentConnection) async throws {
    let before = await inventory.view.hosts[host.id]?.libvirt
    guard before != libvirt else { return }
    try await update(host.id, session) { $0.libvirt = libvirt }
    await recordDegraded(host)
    guard before?.isConnected != libvirt.isConnected else { return }
    await record(
      libvirt.isConnected ? .hostLibvirtUp : .hostLibvirtDown, of: host,
      "libvirt on host \(host.name) \(libvirt.isConnected ? "answers" : "does not answer")", at: clock.now())
  }

  /// Records what a host's agent has measured, or why it can't measure.
  private func handle(
    _ statistics: Roost_V1_Statistics, from host: Host, _ session: AgentConnection, heardAt: Timestamp
  ) async throws {
    let unmeasured = await inventory.view.hosts[host.id]?.unmeasured
    guard statistics.failure.isEmpty else {
      let failure = ReadFailure(since: heardAt, reason: statistics.failure.printable)
      guard unmeasured == nil else { return }
      try await update(host.id, session) { $0.unmeasured = failure }
      return await recordDegraded(host)
    }
    await inventory.measured(host.id, try UsageReport(statistics), at: heardAt)
    guard unmeasured != nil else { return }
    try await update(host.id, session) { $0.unmeasured = nil }
    await recordDegraded(host)
  }

  /// Updates a host's entry on behalf of a session.
  /// - Throws: ``FleetError`` with code `superseded` if a later session has replaced it.
  private func update(
    _ id: HostID, _ session: AgentConnection, _ body: @Sendable (inout HostEntry) -> Void
  ) async throws {
    guard await inventory.update(id, from: session.number, body) else {
      throw FleetError(.superseded, "a later connection of the host's agent has taken the place of this one")
    }
  }

  /// Requests a full inventory if the agent's digest differs from the stored domains.
  private func compare(
    _ digest: Roost_V1_Digest, from host: Host, _ session: AgentConnection, heardAt: Timestamp
  ) async throws {
    if !digest.failure.isEmpty {
      let failure = ReadFailure(since: heardAt, reason: digest.failure.printable)
      guard await inventory.view.hosts[host.id]?.unread == nil else { return }
      try await update(host.id, session) { $0.unread = failure }
      return await recordDegraded(host)
    }
    let known = await inventory.digests(of: host.id)
    let differs =
      digest.domains.count != known.count
      || digest.domains.contains { text, hash in VMID(text).flatMap { known[$0] } != hash }
    if differs {
      _ = session.send(.with { $0.sendInventory = .init() })
    } else {
      await inventory.confirm(host.id, from: session.number, at: heardAt)
      await recordDegraded(host)
    }
  }

  private func storeCapacity(_ capacity: HostCapacity, of id: HostID) async throws {
    guard await inventory.view.hosts[id]?.host.capacity != capacity else { return }
    try await store.commit { transaction in
      guard var host = try transaction.host(id) else { return }
      host.capacity = capacity
      try transaction.updateHost(host)
    }
  }

  private func end(_ session: AgentConnection, _ known: Host?) async {
    let host = await inventory.view.hosts[session.hostID]?.host ?? known
    guard await sessions.close(session), let host else { return }
    let now = clock.now()
    await inventory.update(session.hostID, from: session.number) { entry in
      entry.isConnected = false
      entry.lostAt = now
    }
    await reports.finish(session.hostID)
    await soften("how long the report of host \(host.name) held") { try await confirmReport(of: session.hostID) }
    await record(
      .hostDisconnected, of: host, "the agent of host \(host.name) disconnected; its guests keep running", at: now)
  }
}
