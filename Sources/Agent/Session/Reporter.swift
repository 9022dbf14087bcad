internal import Fleet
internal import Logging
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Reports what happens on the host to the coordinator.
struct Reporter: Sendable {
  private static let factsInterval = Duration.seconds(180)
  private static let listInterval = Duration.seconds(5)
  private static let trustInterval = Duration.seconds(3)

  let parts: AgentComponents
  let outbox: Outbox
  /// True if the coordinator takes all domains in parts.
  var takesParts = false

  /// Reports changes as they happen.
  func watch() async {
    while let batch = await parts.hypervisor.changes.next() {
      // The inventory goes before "libvirt is back", or the coordinator would take old domains for the present ones.
      if batch.everything {
        await sendInventory()
      } else if !batch.domains.isEmpty {
        await parts.cache.look(at: batch.domains) { send($0) }
      }
      if batch.state { await sendState() }
      if batch.host || batch.everything, await parts.facts.refresh() { await sendHost() }
    }
  }

  /// Reports whether libvirt answers.
  func sendState() async {
    outbox.send(.libvirt(await parts.hypervisor.state.message))
  }

  /// Reports every domain, or why they can't be listed; then all are reported with the first digest that succeeds.
  func sendInventory() async {
    let since = await parts.hypervisor.state.since
    do {
      try await parts.cache.lookAtAll()
    } catch {
      await parts.cache.oweAll()
      return await sendFailure(error)
    }
    await sendAll(of: since)
  }

  /// Reports every domain as it stands.
  /// - Parameter since: when the libvirt connected that listed them.
  private func sendAll(of since: Timestamp) async {
    let (outbox, takesParts) = (outbox, takesParts)
    await parts.cache.tellAll { domains in
      let report = Roost_V1_AgentMessage.with {
        $0.domains.complete = true
        $0.domains.changed = domains.map(\.message)
        $0.domains.libvirtSince = since.milliseconds
      }
      for message in takesParts ? report.inParts : [report] { outbox.send(message) }
    }
  }

  /// Reports why the domains can't be listed, and whether libvirt answers.
  private func sendFailure(_ error: any Error) async {
    guard !Task.isCancelled else { return }
    let failure = FleetError(libvirt: error)
    parts.logger.warning("the domains can't be listed: \(failure.message)")
    outbox.send(.digest(.with { $0.failure = Self.bounded(failure) }))
    await sendState()
  }

  /// The sentence within the limit of its field.
  private static func bounded(_ failure: FleetError) -> String { failure.message.withoutMiddle(bytes: 4000) }

  /// Reports periodically whether libvirt answers, as a sign of life: a silent agent counts as lost, and its other
  /// messages may have to wait for libvirt.
  func sendSigns(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 10 : Int64(seconds))) { await sendState() }
  }

  /// Reports the statistics of all domains periodically, and looks for addresses that guests have received meanwhile.
  func sendStatistics(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 10 : Int64(seconds))) {
      await sendFigures()
      let waiting = await parts.cache.withoutAddress
      if !waiting.isEmpty { await parts.cache.look(at: waiting) { send($0) } }
    }
  }

  /// Reports the statistics of the host and of all domains, or why the domains have none; if libvirt does not answer,
  /// reports that.
  func sendFigures() async {
    let now = parts.environment.wallClock.now()
    var report = StatisticsReport(domains: [])
    var failure = ""
    do {
      report = try await parts.hypervisor.statistics()
    } catch {
      let error = FleetError(libvirt: error)
      guard !Task.isCancelled else { return }
      guard error.code != .unreachable else { return await sendState() }
      failure = Self.bounded(error)
    }
    let (memory, load) = (parts.kernel.availableMemory, parts.kernel.load)
    let (domains, skipped, reason) = (report.domains.map(\.message), report.skipped, failure)
    outbox.send(
      .statistics(
        .with {
          $0.at = now.milliseconds
          $0.domains = domains
          $0.skipped = skipped
          $0.hostMemoryFreeBytes = UInt64(clamping: memory.bytes)
          $0.load = load
          $0.failure = reason
        }))
  }

  /// Examines everything periodically, reports what no event announced, and sends the hash of each domain.
  func sendDigests(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 60 : Int64(seconds))) { await sendDigest() }
  }

  /// Examines everything, reports what no event announced, and sends the hash of each domain, or why there is none.
  func sendDigest() async {
    let since = await parts.hypervisor.state.since
    do {
      try await parts.cache.lookAtAll { send($0) }
    } catch {
      return await sendFailure(error)
    }
    if await parts.cache.owesAll { await sendAll(of: since) }
    await sendState()
    let outbox = outbox
    await parts.cache.tellDigests { digests in
      outbox.send(
        .digest(
          .with { digest in
            for (id, hash) in digests { digest.domains[id.description] = hash }
          }))
    }
  }

  /// Compares the list of domains with those known, much more often than all can be read.
  ///
  /// libvirt has no event for a domain that leaves by `virsh migrate --offline --undefinesource`: the source's
  /// qemuMigrationSrcConfirm removes its configuration without one, https://gitlab.com/libvirt/libvirt
  func watchList() async {
    await each(Self.listInterval) { await compareList() }
  }

  /// Looks at the domains that came or went without an event. A failure is for the next digest to report.
  func compareList() async {
    guard await !parts.cache.owesAll, let present = try? await parts.hypervisor.ids() else { return }
    let strays = await parts.cache.strays(among: present)
    if !strays.isEmpty { await parts.cache.look(at: strays) { send($0) } }
  }

  /// Reports the host's facts periodically, changed or not, because they include free space.
  func sendFacts() async {
    await each(Self.factsInterval) {
      _ = await parts.facts.refresh()
      await sendHost()
    }
  }

  /// Reads the trust file periodically and reports a change at once: somebody may wait for a grant, and a withdrawn
  /// grant must not attract a VM.
  func watchTrust() async {
    await each(Self.trustInterval) {
      if await parts.facts.refreshTrust() { await sendHost() }
    }
  }

  /// Reports the host's facts as last read.
  func sendHost() async {
    let message = await parts.facts.current.message
    outbox.send(.host(message))
  }

  private func send(_ delta: DomainCache.Delta) {
    guard !delta.isEmpty else { return }
    let report = Roost_V1_AgentMessage.with {
      $0.domains.changed = delta.changed.map(\.message)
      $0.domains.removed = delta.removed.map(\.description)
    }
    for message in report.inParts { outbox.send(message) }
  }

  private func each(_ interval: Duration, _ body: () async -> Void) async {
    while true {
      do { try await parts.environment.clock.sleep(for: interval) } catch { return }
      await body()
    }
  }
}
