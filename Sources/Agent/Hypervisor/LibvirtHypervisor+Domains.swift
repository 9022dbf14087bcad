internal import DomainXML
package import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  package func domains() async throws -> [ObservedDomain] {
    let found = try await ids().sorted()
    // Three at a time leave a connection free for urgent calls.
    return try await withThrowingTaskGroup(of: ObservedDomain?.self) { group in
      var waiting = found.makeIterator()
      var result: [ObservedDomain] = []
      func addNext() {
        guard let id = waiting.next() else { return }
        group.addTask { try await legibleDomain(id) }
      }
      for _ in 0..<3 { addNext() }
      while let observed = try await group.next() {
        if let observed { result.append(observed) }
        addNext()
      }
      return result.sorted { $0.id < $1.id }
    }
  }

  package func ids() async throws -> Set<VMID> {
    try await connector.call("list") { connection in Set(try connection.domains().compactMap { VMID($0.uuid) }) }
  }

  /// The domain, or its bare id and why it can't be read, so that one such domain does not hide the others.
  private func legibleDomain(_ id: VMID) async throws -> ObservedDomain? {
    do {
      return try await domain(id)
    } catch let error as FleetError where error.code != .unreachable {
      return ObservedDomain(unreadable: id, error, at: environment.wallClock.now())
    }
  }

  package func domain(_ id: VMID) async throws -> ObservedDomain? {
    let now = environment.wallClock.now()
    do {
      let kernel = kernel
      let (read, hasAgent) = try await onDomain("look", id, isLook: true) { domain in
        let reader = DomainReader(id: id, seenAt: now, neighbours: NeighbourTable(kernel))
        return try reader.read(domain)
      }
      let seen = await identities.found(in: moved.completed(read)) { try await pools() }
      guard hasAgent else {
        await guests.forget(id)
        return seen
      }
      var observed = seen
      observed.leases += await guests.leases(of: id).filter { !seen.leases.contains($0) }
      return observed
    } catch let error as FleetError where error.code == .notFound {
      moved.forget(id)
      return nil
    }
  }

  package func document(of id: VMID) async throws -> DomainDocuments {
    try await onDomain("document", id, isLook: true) { domain in
      DomainDocuments(
        saved: try domain.isPersistent() ? domain.xml(.inactive) : nil,
        live: try domain.isActive() ? domain.xml() : nil)
    }
  }

  /// The longest time for a guest to report its addresses, in seconds.
  private static let guestSeconds = 3

  /// The addresses that a guest agent reports, without loopback and link-local ones.
  static func askGuest(_ id: VMID, over connector: LibvirtConnector) async throws -> [AddressLease] {
    let subject = LibvirtConnectionPool.Subject(call: "guest addresses", vm: id, isLook: true)
    return try await connector.call(subject, within: .seconds(10)) { connection in
      let domain = try connection.domain(uuid: id.description)
      try domain.setAgentTimeout(seconds: guestSeconds)
      return try domain.interfaceAddresses(source: .agent).flatMap { interface in
        interface.addresses.compactMap { address -> AddressLease? in
          guard let mac = interface.mac.flatMap({ MACAddress($0) }), mac.isUsable,
            !address.text.hasPrefix("127."), address.text != "::1", !address.text.lowercased().hasPrefix("fe80:")
          else { return nil }
          return AddressLease(mac: mac, ip: address.text, source: "agent")
        }
      }
    }
  }

  package func openConsole(_ id: VMID, force: Bool) async throws -> any ByteChannel {
    let stream = try await connector.apart("console") { connection in
      let domain = try connection.domain(uuid: id.description)
      do {
        return try domain.openConsole(force: force)
      } catch LibvirtError.Code.operationFailed where !force {
        // libvirt refuses in this way only if the guest runs and has the device: another session is open.
        throw FleetError(
          .conflict, "another user has the console of VM \"\(domain.name)\" open",
          hint: "take it from them: roost console --force \(domain.name.shellQuoted)")
      }
    }
    return try ConsoleChannel(stream, environment: environment)
  }

  package func openDisplay(_ id: VMID, index: Int) async throws -> any ByteChannel {
    let subject = LibvirtConnectionPool.Subject(call: "display", vm: id)
    let socket = try await connector.call(subject) { connection in
      try connection.domain(uuid: id.description).openGraphics(index)
    }
    guard let descriptor = socket.take() else { throw FleetError(.internal, "the display's connection is taken") }
    return SocketChannel(owning: descriptor)
  }
}

extension ObservedDomain {
  /// A domain that is known to exist but can't be read, with the reason.
  init(unreadable id: VMID, _ error: FleetError, at now: Timestamp) {
    self.init(
      id: id, name: id.description, state: .unknown, seenAt: now,
      unread: ReadFailure(since: now, reason: error.message))
  }
}
