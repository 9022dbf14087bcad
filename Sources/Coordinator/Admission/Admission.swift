import Fleet
import Scheduling
import Store

/// The one way in for changes: decide on a snapshot, verify at commit, then let the driver act.
struct Admission: Sendable {
  /// How often a decision that the world has overtaken is made anew before the caller is told to try again.
  static let attempts = 8

  let office: Office
  let store: FleetStore
  let inventory: Inventory
  let sessions: AgentSessions
  let driver: OperationDriver
  let starts: StartDesk
  let feed: EventFeed
  let turnstile = Turnstile()
  let clock: any WallClock
  let random: any RandomSource

  /// The decision for an intent as the fleet stands now; nothing is changed.
  func decide(_ intent: Intent) async throws -> Decision {
    let resolved = try await resolved(intent)
    let files = try await files(for: resolved)
    let view = await inventory.view
    try await checkFree(resolved.spec, in: view)
    return try decide(resolved, on: view, files)
  }

  /// Places and commits a new VM.
  /// - Throws: ``FleetError``: `invalid`, `conflict` for a name or MAC that is taken, `noHostFits`, `exhausted`.
  func admit(_ intent: Intent, _ write: WriteRequest) async throws -> Admitted {
    if let earlier = try await replay(write) { return earlier }
    try await store.read { try SettlingDesk.check($0, "create VM \"\(intent.spec.name)\"") }
    let resolved = try await resolved(intent)
    // Before the turn is taken, so that a host that is slow to answer holds up nobody else.
    let files = try await files(for: resolved)
    let admitted = try await turnstile.pass {
      // Another copy of the same request may have gone through meanwhile.
      if let earlier = try await replay(write) { return earlier }
      for _ in 0..<Self.attempts {
        let view = await inventory.view
        try await checkFree(resolved.spec, in: view)
        let decision = try decide(resolved, on: view, files)
        guard let name = decision.host, let entry = view.host(name) else {
          throw Self.noHostFits(resolved, decision)
        }
        let attempt = Attempt(
          intent: resolved, write: write, decision: decision, entry: entry, view: view, files: files)
        if let admitted = try await commit(attempt) {
          if let vm = admitted.vm { await inventory.put(vm) }
          return admitted
        }
      }
      throw FleetError(.precondition, "the fleet changes faster than a decision stands", retryable: true)
    }
    if let operation = admitted.operation { await driver.begin(operation) }
    await feed.poke()
    return admitted
  }

  /// What an earlier copy of the same request came to; nil for a new request.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func replay(_ write: WriteRequest) async throws -> Admitted? {
    try await store.read { reader in
      guard let earlier = try write.earlier(in: reader) else { return nil }
      let operation = try earlier.operationID.flatMap { try reader.operation($0) }
      let vm = try operation?.vmID.flatMap { try reader.vm($0) }
      let decision = vm?.placed ?? Decision(ranking: [], refused: [])
      return Admitted(decision: decision, vm: vm, operation: operation)
    }
  }

  func decide(_ intent: Intent, on view: FleetView, _ files: HostFiles) throws -> Decision {
    if let host = intent.host { _ = try view.requiredHost(host) }
    return Placement.decide(intent.request, on: files.added(to: view.snapshots(now: clock.now())))
  }

  private static func noHostFits(_ intent: Intent, _ decision: Decision) -> FleetError {
    let lacksFiles = decision.refused.contains { $0.rule == "files" }
    return FleetError(
      .noHostFits, "no host fits VM \"\(intent.spec.name)\"",
      hint: lacksFiles
        ? "copy its disks to a host that fits, or let Roost make new ones: roost import … --create-disks SIZE"
        : "ask for less, or see what is free: roost host list", refusals: decision.refused)
  }

  /// The intent with the images of its spec looked up, and its sizes made true.
  private func resolved(_ intent: Intent) async throws -> Intent {
    let names = Set(intent.spec.disks.compactMap(\.image?.name))
    let images = try await store.read { reader in
      var found: [String: Image] = [:]
      for name in names {
        guard let image = try reader.image(named: name) else {
          throw FleetError(
            .notFound, "there is no image \"\(name.printable)\"", hint: "list them: roost image list")
        }
        found[name] = image
      }
      return found
    }
    var resolved = intent
    for index in resolved.spec.disks.indices {
      guard let name = resolved.spec.disks[index].image?.name, let image = images[name] else { continue }
      try resolved.spec.disks[index].take(image)
    }
    try resolved.spec.validated()
    return resolved
  }

  /// Refuses a name or a chosen MAC that some domain of the fleet has already.
  private func checkFree(_ spec: VMSpec, in view: FleetView) async throws {
    if let vm = view.vms.values.first(where: { $0.spec.name == spec.name }) {
      throw FleetError(
        .conflict,
        "the name \"\(spec.name)\" belongs to a VM on \(view.hosts[vm.hostID]?.host.name ?? vm.host) already",
        hint: "choose another name, or look at it: roost show \(spec.name)")
    }
    if let found = view.observedDomains.first(where: { $0.domain.name == spec.name }) {
      throw FleetError(
        .conflict, "the name \"\(spec.name)\" belongs to an unmanaged VM on \(found.host) already",
        hint: "choose another name, or look at it: roost show \(spec.name)")
    }
    let now = clock.now()
    try await store.read { reader in
      for nic in spec.nics {
        guard let mac = nic.mac else { continue }
        let owners = view.observedOwners(of: mac)
        if let refusal = try MACAllotment.refusal(of: mac, for: nic, owners: owners, in: reader, now: now) {
          throw refusal
        }
      }
    }
  }
}
