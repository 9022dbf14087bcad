import Fleet
import Logging
import RoostAPI
import RoostProto
import Store

/// What hosts remember without a valid signature, until an administrator believes one.
actor UnprovenMarks {
  private var marks: [HostID: HighWaterMarks] = [:]
  private var beyond: [HostID: Int64] = [:]

  /// Notes what a host says, or that it has nothing unproven to say.
  func note(_ mark: HighWaterMarks?, of host: HostID) {
    marks[host] = mark
    beyond[host] = nil
  }

  /// Notes an epoch too high to be accepted even with `--believe`.
  func note(beyond epoch: Int64, of host: HostID) {
    marks[host] = nil
    beyond[host] = epoch
  }

  /// The epoch beyond belief that a host remembers; nil if it remembers none.
  func epochBeyond(of host: HostID) -> Int64? { beyond[host] }

  /// A host's unproven mark, if any.
  func mark(of host: HostID) -> HighWaterMarks? { marks[host] }

  /// The hosts that say something.
  var hosts: Set<HostID> { Set(marks.keys).union(beyond.keys) }
}

extension Settling {
  /// How far above this coordinator's a credible epoch may be: more starts than any fleet has.
  static let epochRoom: Int64 = 1 << 20
  /// How many more pools than this database a lost one may have had.
  static let poolRoom = 4_096

  /// Compares what an agent remembers with the database, before the agent is welcomed.
  ///
  /// Only marks that a coordinator of this fleet has signed for that host are evidence; otherwise one host could stop
  /// the whole fleet. An unsigned mark, or one with an unknown signature, is recorded and reported, and the host is
  /// welcomed like any other. Agents of releases before signed marks remember without a signature; if the database was
  /// restored from a backup while they served, an administrator believes a host: `roost settle --believe`.
  func learnMarks(_ hello: Roost_V1_Hello, from host: Host) async throws {
    if let epoch = try? HighWaterMarks(hello).epoch, epoch > context.epoch.addingClamped(Self.epochRoom) {
      await unproven.note(beyond: epoch, of: host.id)
      try await doubt(
        host,
        "host \(host.name) has served epoch \(epoch), further than this fleet can have come: it may refuse this "
          + "coordinator until it joins again")
      return
    }
    let plain = (try? HighWaterMarks(hello)).flatMap { (try? check($0)) == nil ? nil : $0 }
    guard hello.hasMark else {
      let claim = try await plain.asyncFlatMap { try await evidence(in: $0, host.name) }
      await unproven.note(claim == nil ? nil : plain, of: host.id)
      if let claim { try await doubt(host, "\(claim); that is not signed, so it is not believed") }
      return
    }
    let high: HighWaterMarks
    do {
      high = try seal.open(hello.mark, of: host.id)
      try check(high)
    } catch {
      let isNews = try await plain.asyncFlatMap { try await evidence(in: $0, host.name) } != nil
      await unproven.note(isNews ? plain : nil, of: host.id)
      try await doubt(
        host, "the marks of host \(host.name) are not believed: \(FleetError(error).message)")
      return
    }
    await unproven.note(nil, of: host.id)
    try await learnMarks(high, from: host)
  }

  /// Accepts a host's unproven mark because an administrator says so.
  /// - Throws: ``FleetError``: `notFound`, `precondition` if the host remembers nothing beyond the database.
  func believe(_ name: String) async throws {
    let host = try await inventory.view.requiredHost(name).host
    if let epoch = await unproven.epochBeyond(of: host.id) {
      throw FleetError(
        .precondition,
        "host \"\(host.name)\" has served epoch \(epoch), further above this coordinator's \(context.epoch) than "
          + "anybody's word is taken",
        hint: "it comes back when it joins again: roost host token create --name \(host.name.shellQuoted) --rejoin; on "
          + "the host: roost-agent join -; whose coordinator that was: roost help keys")
    }
    guard let mark = await unproven.mark(of: host.id) else {
      throw FleetError(
        .precondition, "host \"\(host.name)\" remembers nothing that the database does not know",
        hint: "it reports when its agent connects: roost events")
    }
    let now = clock.now()
    try await store.commit {
      try $0.appendEvent(
        at: now, kind: .hostBelieved, subject: host.name,
        message: "an administrator accepts the unsigned record of host \(host.name) of how far the fleet has come")
    }
    try await learnMarks(mark, from: host)
    await unproven.note(nil, of: host.id)
  }

  /// Refuses marks that no coordinator of this fleet can have sent, whoever signed them.
  private func check(_ high: HighWaterMarks) throws {
    guard (0...context.epoch.addingClamped(Self.epochRoom)).contains(high.epoch) else {
      throw FleetError(.invalid, "the epoch \(high.epoch) is beyond all that this fleet can have seen")
    }
    guard high.macCursor <= PoolCursors.highest, (0..<Int64.max / 2).contains(high.lastEvent) else {
      throw FleetError(.invalid, "it is beyond all that a fleet can reach")
    }
    guard high.poolCursors.byRange.count <= Self.poolRoom else {
      throw FleetError(.invalid, "it names \(high.poolCursors.byRange.count) pools")
    }
  }

  private func doubt(_ host: Host, _ sentence: String) async throws {
    let now = clock.now()
    guard let message = rates.sentence(sentence, .hostUnproven, of: host.id, at: now) else { return }
    logger.warning("\(message)")
    try await store.commit {
      try $0.appendEvent(at: now, kind: .hostUnproven, subject: host.name, message: message)
    }
  }
}

extension Int64 {
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension Optional where Wrapped: Sendable {
  fileprivate func asyncFlatMap<Value>(_ body: (Wrapped) async throws -> Value?) async rethrows -> Value? {
    guard let self else { return nil }
    return try await body(self)
  }
}
