internal import Fleet

/// Answers the coordinator's questions; nothing on the host changes by it.
struct QueryResponder: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let files: FileProbe
  let trust: HostTrustReader

  /// Finds what a question asks for, or says why it can't.
  func answer(_ query: HostQuery) async -> HostAnswer {
    do {
      return HostAnswer(id: query.id, result: .success(try await find(query.content)))
    } catch {
      return HostAnswer(id: query.id, result: .failure(FleetError(libvirt: error)))
    }
  }

  private func find(_ content: HostQuery.Content) async throws -> HostAnswer.Content {
    switch content {
    case .files(let paths): .files(try await look(at: paths))
    case .document(let vm): .document(try await document(of: vm))
    }
  }

  /// Looks where the host lends files to the fleet, and which devices it has; the rest is nobody's to know.
  private func look(at paths: [String]) async throws -> [FileStatus] {
    let trust = trust.trust(pools: (try? await hypervisor.pools()) ?? [])
    let facts = try await files.look(at: paths.filter { trust.lends($0) || Self.isDevice($0) })
    var rest = facts[...]
    return paths.map { path in
      guard trust.lends(path) || Self.isDevice(path), let fact = rest.popFirst() else {
        return FileStatus(path: path, kind: .hidden)
      }
      // Of a device that is not lent, it is told that it is there, and nothing of what is in it.
      if trust.lends(path) { return fact }
      return FileStatus(path: path, kind: fact.kind == .regular ? .hidden : fact.kind)
    }
  }

  /// True for what the kernel and the system alone put below `/dev`.
  private static func isDevice(_ path: String) -> Bool {
    guard let parts = HostPath.parts(of: path), parts.first == "dev", let name = parts.dropFirst().first else {
      return false
    }
    return !["shm", "mqueue", "hugepages", "fd", "stdin", "stdout", "stderr"].contains(name)
  }

  /// The document of a domain that is the fleet's, or nobody's and may be adopted.
  private func document(of vm: VMID) async throws -> DomainDocuments {
    if let domain = try await hypervisor.domain(vm), domain.mark != nil {
      try Ownership.check(domain, vm: vm, fleet: fleetID)
    }
    return try await hypervisor.document(of: vm)
  }
}
