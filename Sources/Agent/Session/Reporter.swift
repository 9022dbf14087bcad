internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Tells the coordinator what happens on the host.
struct Reporter: Sendable {
  private static let factsInterval = Duration.seconds(180)

  let parts: AgentParts
  let outbox: Outbox

  /// Carries changes as they come.
  func watch() async {
    while let batch = await parts.hypervisor.changes.next() {
      // That libvirt is back is told after what it has: until then the coordinator would take the old for the present.
      if batch.everything {
        await sendInventory()
      } else if !batch.domains.isEmpty {
        await parts.book.look(at: batch.domains) { send($0) }
      }
      if batch.state { await sendState() }
      if batch.host || batch.everything, await parts.facts.refresh() { await sendHost() }
    }
  }

  /// Tells whether libvirt answers.
  func sendState() async {
    outbox.send(.libvirt(await parts.hypervisor.state.message))
  }

  /// Tells of every domain; nothing if libvirt is away.
  func sendInventory() async {
    let since = await parts.hypervisor.state.since
    guard (try? await parts.book.lookAtAll()) != nil else { return }
    let outbox = outbox
    await parts.book.tellAll { domains in
      outbox.send(
        .domains(
          .with {
            $0.complete = true
            $0.changed = domains.map(\.message)
            $0.libvirtSince = since.milliseconds
          }))
    }
  }

  /// Sends whether libvirt answers again and again, as a sign of life: an agent that says nothing for long counts as
  /// gone, and everything else that it sends may wait for libvirt.
  func sendSigns(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 10 : Int64(seconds))) { await sendState() }
  }

  /// Sends the figures of all domains again and again, and looks for addresses that guests have got meanwhile.
  func sendStatistics(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 10 : Int64(seconds))) {
      let now = parts.ambient.wall.now()
      guard let report = try? await parts.hypervisor.statistics() else { return }
      let (memory, load) = (parts.kernel.availableMemory, parts.kernel.load)
      outbox.send(
        .statistics(
          .with {
            $0.at = now.milliseconds
            $0.domains = report.domains.map(\.message)
            $0.skipped = report.skipped
            $0.hostMemoryFreeBytes = UInt64(memory.bytes)
            $0.load = load
          }))
      let waiting = await parts.book.withoutAddress
      if !waiting.isEmpty { await parts.book.look(at: waiting) { send($0) } }
    }
  }

  /// Looks at everything again and again, tells what no event told, and sends the hash of each domain.
  func sendDigests(eachSeconds seconds: UInt32) async {
    await each(.seconds(seconds == 0 ? 60 : Int64(seconds))) { await sendDigest() }
  }

  /// Looks at everything, tells what no event told, and sends the hash of each domain, or why there is none.
  func sendDigest() async {
    do {
      try await parts.book.lookAtAll { send($0) }
    } catch {
      let failure = FleetError(libvirt: error)
      outbox.send(.digest(.with { $0.failure = failure.message }))
      return await sendState()
    }
    await sendState()
    let outbox = outbox
    await parts.book.tellDigests { digests in
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

  /// Sends the host's facts as last read.
  func sendHost() async {
    let message = await parts.facts.current.message
    outbox.send(.host(message))
  }

  private func send(_ delta: DomainBook.Delta) {
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
      do { try await parts.ambient.ticks.sleep(for: interval) } catch { return }
      await body()
    }
  }
}
