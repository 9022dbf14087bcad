internal import Fleet
internal import Logging
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Tells the coordinator what happens on the host.
struct Reporter: Sendable {
  private static let factsInterval = Duration.seconds(180)
  private static let trustInterval = Duration.seconds(3)

  let parts: AgentComponents
  let outbox: Outbox

  /// Carries changes as they come.
  func watch() async {
    while let batch = await parts.hypervisor.changes.next() {
      // That libvirt is back is told after what it has: until then the coordinator would take the old for the present.
      if batch.everything {
        await sendInventory()
      } else if !batch.domains.isEmpty {
        await parts.cache.look(at: batch.domains) { send($0) }
      }
      if batch.state { await sendState() }
      if batch.host || batch.everything, await parts.facts.refresh() { await sendHost() }
    }
  }

  /// Tells whether libvirt answers.
  func sendState() async {
    outbox.send(.libvirt(await parts.hypervisor.state.message))
  }

  /// Tells of every domain, or why they can't be listed: then all is told with the first digest that can be made.
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

  /// Tells of every domain as it stands.
  /// - Parameter since: since when the libvirt answers that has told of them.
  private func sendAll(of since: Timestamp) async {
    let outbox = outbox
    await parts.cache.tellAll { domains in
      outbox.send(
        .domains(
          .with {
            $0.complete = true
            $0.changed = domains.map(\.message)
            $0.libvirtSince = since.milliseconds
          }))
    }
  }

  /// Tells why the domains can't be listed, and whether libvirt answers.
  private func sendFailure(_ error: any Error) async {
    guard !Task.isCancelled else { return }
    let failure = FleetError(libvirt: error)
    parts.logger.warning("the domains can't be listed: \(failure.message)")
    outbox.send(.digest(.with { $0.failure = Self.bounded(failure) }))
    await sendState()
  }

  /// The sentence, as long as its field may be: a character of Unicode has four bytes at most, a letter any number.
  private static func bounded(_ failure: FleetError) -> String {
    String(String.UnicodeScalarView(failure.message.unicodeScalars.prefix(1000)))
  }

  /// Sends whether libvirt answers again and again, as a sign of life: an agent that says nothing for long counts as
  /// gone, and everything else that it sends may wait for libvirt.
  func sendSigns(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 10 : Int64(seconds))) { await sendState() }
  }

  /// Sends the figures of all domains again and again, and looks for addresses that guests have got meanwhile.
  func sendStatistics(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 10 : Int64(seconds))) {
      await sendFigures()
      let waiting = await parts.cache.withoutAddress
      if !waiting.isEmpty { await parts.cache.look(at: waiting) { send($0) } }
    }
  }

  /// Sends the figures of all domains and of the host, or those of the host and why there are no others; a libvirt that
  /// is away is told as such.
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

  /// Looks at everything again and again, tells what no event told, and sends the hash of each domain.
  func sendDigests(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 60 : Int64(seconds))) { await sendDigest() }
  }

  /// Looks at everything, tells what no event told, and sends the hash of each domain, or why there is none.
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

  /// Sends the host's facts again and again, changed or not: free space is among them.
  func sendFacts() async {
    await each(Self.factsInterval) {
      _ = await parts.facts.refresh()
      await sendHost()
    }
  }

  /// Looks at what the host lets its fleet do again and again, and tells it as soon as it differs: somebody may wait
  /// for a grant, and nobody is to be placed by one that is withdrawn.
  func watchTrust() async {
    await each(Self.trustInterval) {
      if await parts.facts.refreshTrust() { await sendHost() }
    }
  }

  /// Sends the host's facts as last read.
  func sendHost() async {
    let message = await parts.facts.current.message
    outbox.send(.host(message))
  }

  private func send(_ delta: DomainCache.Delta) {
    guard !delta.isEmpty else { return }
    outbox.send(
      .domains(
        .with {
          $0.changed = delta.changed.map(\.message)
          $0.removed = delta.removed.map(\.description)
        }))
  }

  private func each(_ interval: Duration, _ body: () async -> Void) async {
    while true {
      do { try await parts.environment.clock.sleep(for: interval) } catch { return }
      await body()
    }
  }
}
