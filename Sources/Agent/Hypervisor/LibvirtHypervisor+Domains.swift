internal import DomainXML
public import Fleet
internal import Libvirt

extension LibvirtHypervisor {
  public func domains() async throws -> [ObservedDomain] {
    let found = try await link.call("list") { connection in
      try connection.domains().compactMap { VMID($0.uuid) }
    }
    // Three at a time leave a connection free for what is more urgent.
    return try await withThrowingTaskGroup(of: ObservedDomain?.self) { group in
      var waiting = found.makeIterator()
      var result: [ObservedDomain] = []
      func addNext() {
        guard let id = waiting.next() else { return }
        group.addTask { try await domain(id) }
      }
      for _ in 0..<3 { addNext() }
      while let observed = try await group.next() {
        if let observed { result.append(observed) }
        addNext()
      }
      return result.sorted { $0.id < $1.id }
    }
  }

  public func domain(_ id: VMID) async throws -> ObservedDomain? {
    let now = ambient.wall.now()
    do {
      return try await onDomain("look", id) { try DomainReader(id: id, seenAt: now).read($0) }
    } catch let error as FleetError where error.code == .notFound {
      return nil
    }
  }

  public func openConsole(_ id: VMID, force: Bool) async throws -> any ByteChannel {
    let stream = try await link.apart("console") { connection in
      let domain = try connection.domain(uuid: id.description)
      return try domain.openConsole(force: force)
    }
    return try ConsoleChannel(stream, ambient: ambient)
  }
}
