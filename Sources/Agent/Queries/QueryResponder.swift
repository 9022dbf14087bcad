internal import Fleet

/// Answers the coordinator's queries; they change nothing on the host.
struct QueryResponder: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let files: FileProbe
  let trust: HostTrustReader

  /// Finds the answer, or says why it can't.
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

  /// Examines paths that the host lends to the fleet, and devices; other paths are refused.
  private func look(at paths: [String]) async throws -> [FileStatus] {
    let trust = trust.trust(pools: (try? await hypervisor.pools()) ?? [])
    let facts = try await files.look(at: paths.filter { trust.lends($0) || Self.isDevice($0) })
    var rest = facts[...]
    return paths.map { path in
      guard trust.lends(path) || Self.isDevice(path), let fact = rest.popFirst() else {
        return FileStatus(path: path, kind: .hidden)
      }
      // For a device that is not lent, the answer says only that it exists.
      if trust.lends(path) { return fact }
      return FileStatus(path: path, kind: fact.kind == .regular ? .hidden : fact.kind)
    }
  }

  /// True for device files that only the kernel and the system create below `/dev`.
  private static func isDevice(_ path: String) -> Bool {
    guard let parts = HostPath.parts(of: path), parts.first == "dev", let name = parts.dropFirst().first else {
      return false
    }
    return !["shm", "mqueue", "hugepages", "fd", "stdin", "stdout", "stderr"].contains(name)
  }

  /// The documents of a domain that is the fleet's, or that may be adopted because it has no mark.
  private func document(of vm: VMID) async throws -> DomainDocuments {
    if let domain = try await hypervisor.domain(vm), domain.mark != nil {
      try Ownership.check(domain, vm: vm, fleet: fleetID)
    }
    return try await hypervisor.document(of: vm)
  }
}
