import Fleet
import Logging
import RoostProto
import Store

extension AgentStreamHandler {
  /// Admits a stream for its host, if it comes from that host's machine and no other machine has that identity now.
  ///
  /// Two agents with one identity (of a copied disk or a stolen directory) are distinguished by libvirt's UUID of the
  /// machine and by the boot. The one that is not the host's machine, or that comes second, is refused, and the error
  /// names both. Without libvirt, or with a UUID that libvirt generates at each start, the agent sends no UUID; then
  /// only the boot decides.
  func admit(_ host: Host, _ session: AgentConnection, _ hello: Roost_V1_Hello, _ peer: String) async throws {
    let place = Self.place(hello, peer)
    session.introduce(.init(boot: hello.bootID, nonce: hello.nonce, place: place))
    let machine = hello.machineUuid
    if !machine.isEmpty, machine.lowercased() != host.machineID.lowercased() {
      try await refuse(
        host,
        "\(place), on the machine \(machine.printable.prefix(64)), says it is host \(host.name), which is the "
          + "machine \(host.machineID.printable.prefix(64))")
    }
    if let present = await sessions.admit(session) {
      try await refuse(host, "\(place) says it is host \(host.name), for which \(present.place) speaks now")
    }
    // Nothing may be sent on the strength of an earlier stream until this one is welcomed.
    await inventory.begin(session.number, of: host.id)
  }

  private func refuse(_ host: Host, _ sentence: String) async throws -> Never {
    logger.warning("\(sentence): it is refused")
    await record(.hostIdentityConflict, of: host, "\(sentence): it is refused", at: clock.now())
    throw FleetError(
      .conflict, sentence,
      hint: "if this is the machine that host \(host.name) shall be, let it join: roost host token create --name "
        + "\(host.name.shellQuoted); if its libvirt makes up a new UUID at each start, set "
        + "host_uuid_source = \"machine-id\" in its configuration first")
  }

  /// The agent's own description of its machine and address.
  private static func place(_ hello: Roost_V1_Hello, _ peer: String) -> String {
    let name = hello.host.hostname.isEmpty ? "" : " of \"\(hello.host.hostname.printable.prefix(64))\""
    let from = peer.isEmpty ? "" : " at \(peer.printable)"
    return "the agent\(name)\(from) (boot \(hello.bootID.printable.prefix(8)))"
  }

  /// Revokes the earlier certificates of a host, so that a copy of one becomes useless.
  func retireEarlierCertificates(of host: Host) async {
    guard let serial = Caller.serial else { return }
    let now = clock.now()
    await soften("the end of earlier certificates of host \(host.name)") {
      let known = try await store.read { try $0.earlierCertificates(of: host.id.description, than: serial) }
      guard !known.isEmpty else { return }
      try await store.commit { transaction in
        for earlier in known { try transaction.revokeCertificate(serial: earlier, at: now) }
      }
      calls.cut(serials: known)
    }
  }

  /// Records that a host has reported more than its quota and that its stream ends because of it.
  func tellExcess(_ error: FleetError, of id: HostID) async {
    await inventory.update(id) { $0.excess = error.message }
    guard let host = await inventory.view.hosts[id]?.host else { return }
    await record(.hostOverQuota, of: host, "host \(host.name) is cut off: \(error.message)", at: clock.now())
  }

  /// The cost of a message against the host's allowance.
  static func cost(of content: Roost_V1_AgentMessage.OneOf_Content) -> Double {
    switch content {
    case .hello(let hello): 1 + Double(hello.domains.count) / 16
    case .domains(let delta): 1 + Double(delta.changed.count) / 16
    case .part(let part): 1 + Double(part.domains.count) / 16
    case .host: 4
    case .digest(let digest): 1 + Double(digest.domains.count) / 64
    case .statistics(let statistics): 1 + Double(statistics.domains.count) / 64
    case .progress, .result, .libvirt, .answer: 1
    }
  }
}

extension Optional where Wrapped: Sendable {
  /// The value, or a replacement.
  func orElse(_ other: () async throws -> Wrapped?) async rethrows -> Wrapped? {
    if let self { return self }
    return try await other()
  }
}
