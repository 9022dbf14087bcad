import Fleet
import Logging
import RoostAPI
import RoostProto
import Store

/// What hosts remember without a valid signature, until an administrator believes one.
actor UnprovenMarks {
  private var marks: [HostID: HighWaterMarks] = [:]

  /// Records a host's unproven mark, or that it has none.
  func note(_ mark: HighWaterMarks?, of host: HostID) { marks[host] = mark }

  /// A host's unproven mark, if any.
  func mark(of host: HostID) -> HighWaterMarks? { marks[host] }

  /// The hosts with an unproven mark.
  var hosts: Set<HostID> { Set(marks.keys) }
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
    let plain = (try? HighWaterMarks(hello)).flatMap { (try? check($0)) == nil ? nil : $0 }
    guard hello.hasMark else {
      let claim = try await plain.asyncFlatMap { try await evidence(in: $0, host.name) }
      await unproven.note(claim == nil ? nil : plain, of: host.id)
      if let claim { try await doubt(host, "\(claim); nobody has signed that, and it is not believed") }
      return
    }
    let high: HighWaterMarks
    do {
      high = try seal.open(hello.mark, of: host.id)
      try check(high)
    } catch {
      await unproven.note(nil, of: host.id)
      try await doubt(
        host, "what host \(host.name) says it was told is not believed: \(FleetError(error).message)")
      return
    }
    await unproven.note(nil, of: host.id)
    try await learnMarks(high, from: host)
  }

  /// Accepts a host's unproven mark because an administrator says so.
  /// - Throws: ``FleetError``: `notFound`, `precondition` if the host remembers nothing beyond the database.
  func believe(_ name: String) async throws {
    let host = try await inventory.view.requiredHost(name).host
    guard let mark = await unproven.mark(of: host.id) else {
      throw FleetError(
        .precondition, "host \"\(host.name)\" remembers nothing that the database does not know",
        hint: "it is heard when its agent connects: roost events")
    }
    let now = clock.now()
    try await store.commit {
      try $0.appendEvent(
        at: now, kind: .hostBelieved, subject: host.name,
        message: "an administrator takes the word of host \(host.name) for how far the fleet has come")
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
