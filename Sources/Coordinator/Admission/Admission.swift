import Fleet
import Scheduling
import Store

/// Accepts changes: decides on a snapshot, verifies at commit, then lets the driver act.
struct Admission: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let sessions: ConnectedAgents
  let driver: OperationDriver
  let starts: StartArbiter
  let reports: ReportWrites
  /// Runs one admission at a time, in the order of arrival.
  ///
  /// The store alone would keep concurrent ones correct; but each would decide on a snapshot that the one before it has
  /// made stale, and would be repeated. A call that is cancelled while it waits has changed nothing; one that is
  /// cancelled later goes on to its end.
  let lock = AsyncSemaphore(1)
  let clock: any WallClock
  let random: any RandomSource

  /// The decision for an intent on the present fleet, every host explained; changes nothing.
  ///
  /// If a host takes the VM, its commit is rehearsed: what ``admit(_:_:)`` would refuse is refused here.
  /// - Throws: as ``admit(_:_:)`` does, except `noHostFits`: the decision then has no host.
  func decide(_ intent: CreateIntent) async throws -> (decision: PlacementDecision, notes: [String]) {
    let (resolved, files) = try await prepared(intent)
    for _ in 0..<Self.attempts {
      let present = try await situation(of: resolved, files)
      let decision = files.explained(
        present.index.decision(for: present.request), of: resolved.spec.name, present.index)
      guard let attempt = present.attempt(decision) else { return (decision, []) }
      if try await stands(attempt) { return (decision, attempt.notes) }
    }
    throw Self.overtaken
  }

  /// Rehearses the commit of a decision.
  /// - Returns: false if the world has overtaken it.
  private func stands(_ attempt: PlacementAttempt) async throws -> Bool {
    let change = creation(attempt)
    do {
      try await store.rehearse { _ = try change($0) }
      return true
    } catch {
      guard error == Self.overtaken else { throw error }
      return false
    }
  }

  /// Places and commits a new VM.
  /// - Throws: ``FleetError``: `invalid`, `conflict` for a name, MAC or disk that is taken, `noHostFits`, `exhausted`.
  func admit(_ intent: CreateIntent, _ write: IdempotencyKey) async throws -> AcceptedOperation {
    if let earlier = try await store.earlier(write, as: .operation) { return earlier }
    // Before the lock is taken, so that a slow host does not delay other changes.
    let (resolved, files) = try await prepared(intent)
    return try await accept(write) {
      let present = try await situation(of: resolved, files)
      guard let attempt = present.attempt(present.index.brief(present.request)) else {
        let decision = present.index.decision(for: present.request)
        throw Self.noHostFits(
          resolved, files.explained(decision, of: resolved.spec.name, present.index), in: present.view)
      }
      return creation(attempt)
    }
  }

  /// The intent with its images, and what hosts have of its files.
  private func prepared(_ intent: CreateIntent) async throws -> (CreateIntent, HostFiles) {
    try await store.read { try Settling.check($0, "create VM \"\(intent.spec.name)\"") }
    let resolved = try await resolved(intent)
    try await checkHost(of: resolved)
    return (resolved, try await files(for: [resolved]))
  }

  /// The fleet as an intent finds it, which may have the name and the addresses that it chose.
  private func situation(of intent: CreateIntent, _ files: HostFiles) async throws -> PlacementSituation {
    let view = await inventory.view
    try await checkName(intent.spec.name)
    try await checkMACs(intent, in: view)
    return PlacementSituation(
      intent: intent, view: view, index: files.added(to: await inventory.index(now: clock.now())), files: files)
  }

  /// Refuses a host that is not in the fleet.
  func checkHost(of intent: CreateIntent) async throws {
    if let host = intent.host { _ = try await inventory.view.requiredHost(host) }
  }

  private static func noHostFits(_ intent: CreateIntent, _ decision: PlacementDecision, in view: FleetView)
    -> FleetError
  {
    // The requested host, if its libvirt is the problem.
    let silent = intent.host.flatMap { view.host($0) }.flatMap { $0.state == .libvirtDown ? $0.host.name : nil }
    let restart = silent.map { "make its libvirt answer, on \($0): systemctl restart libvirtd" }
    return FleetError(
      .noHostFits, "no host fits VM \"\(intent.spec.name)\"",
      hint: restart ?? hint(decision.refused, for: intent.spec), refusals: decision.refused)
  }

  private static func hint(_ refused: [Refusal], for spec: VMSpec) -> String {
    if refused.contains(where: { $0.rule == "trust" }) {
      return "root of a host grants it there, with the line that the host's refusal names; or leave it out of the VM"
    }
    if refused.contains(where: { $0.rule == "files" }) {
      let brought = spec.disks.filter { $0.source == .existing }
      let makes = spec.disks.contains { $0.isMadeByRoost && $0.path != nil }
      let taken = "move away what is in a new disk's place or use it as it is, without --create-disks"
      guard !brought.isEmpty else {
        return "\(taken); a missing directory is made on the host: mkdir -p"
      }
      let ways = [
        brought.contains { $0.device != .cdrom } ? "let Roost make new disks: --create-disks SIZE" : "",
        brought.contains { $0.device == .cdrom } ? "put an image of the library into the drive: --cdrom IMAGE" : "",
      ]
      return "copy what is missing to a host that fits, or "
        + ways.filter { !$0.isEmpty }.joined(separator: ", and ") + (makes ? "; \(taken)" : "")
    }
    if refused.contains(where: { HostNeed.Kind(rawValue: $0.rule) != nil }) {
      return "give a host what it lacks, or take what asks for it out of the document"
    }
    if refused.contains(where: { $0.rule == "survive" }) {
      return "add a host, ask for less, or let fewer hosts fail: roost policy set survive=0"
    }
    // An unreachable host would refuse anything, so only the others' reasons count.
    switch Set(refused.map(\.rule)).subtracting(["state", "certainty", "host"]) {
    case []: return "see why no host is ready: roost host list"
    case let rules where rules.isSubset(of: ["network", "bridge"]): return "see what hosts have: roost network list"
    case let rules where rules.isSubset(of: ["require", "avoid"]):
      return "see the hosts' labels: roost host list -o wide"
    case let rules where rules.isSubset(of: ["apart", "together"]): return "see the fleet's rules: roost policy show"
    default: return "ask for less, or see what is free: roost host list"
    }
  }

  /// The intent with its images looked up and its sizes filled in.
  func resolved(_ intent: CreateIntent) async throws -> CreateIntent {
    let names = Set(intent.spec.disks.compactMap(\.image?.name))
    let (images, vncDefault) = try await store.read { reader in
      var found: [String: Image] = [:]
      for name in names {
        guard let image = try reader.image(named: name) else {
          throw FleetError(
            .notFound, "there is no image \"\(name.printable)\"", hint: "list them: roost image list")
        }
        found[name] = image
      }
      return (found, try reader.fleet().vncDefault)
    }
    var resolved = intent
    if intent.takesDefaultVNC { resolved.spec.vnc = vncDefault.display(like: intent.spec.vnc) }
    for index in resolved.spec.disks.indices {
      guard let name = resolved.spec.disks[index].image?.name, let image = images[name] else { continue }
      try resolved.spec.disks[index].take(image)
    }
    // An adopted VM keeps any name; a new one needs a name that is safe in a path and a command line.
    try NameRule.checked(resolved.spec.name, of: "VM")
    try resolved.spec.validated()
    try resolved.constraints.validated()
    return resolved
  }
}

/// The fleet on which one intent is decided.
struct PlacementSituation: Sendable {
  let intent: CreateIntent
  let view: FleetView
  let index: PlacementIndex
  let files: HostFiles

  var request: PlacementRequest { intent.request(byDefault: index.policy.strategy) }

  /// What is to be committed for a decision; nil for one without a host.
  func attempt(_ decision: PlacementDecision) -> PlacementAttempt? {
    guard let name = decision.host, let entry = view.host(name) else { return nil }
    return PlacementAttempt(
      intent: intent, decision: decision, entry: entry, view: view, index: index,
      identities: files.identities[entry.host.id] ?? [:], notes: files.unchecked(intent, on: index.host(name)))
  }
}

/// One decision to be committed, with the snapshot on which it was made.
struct PlacementAttempt: Sendable {
  let intent: CreateIntent
  let decision: PlacementDecision
  /// The chosen host.
  let entry: HostEntry
  let view: FleetView
  /// The hosts of the decision.
  let index: PlacementIndex
  /// What the chosen host knows the VM's existing files by, by their paths.
  let identities: [String: String]
  /// What could not be checked on the chosen host.
  let notes: [String]
}
