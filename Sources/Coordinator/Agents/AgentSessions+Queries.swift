import Fleet

extension AgentSessions {
  /// What stands at some paths of a host, in their order.
  /// - Throws: as ``ask(_:of:within:)`` does.
  func files(_ paths: [String], on hostID: HostID, within limit: Duration) async throws -> [FileFact] {
    guard case .files(let facts) = try await ask(.files(paths), of: hostID, within: limit), facts.map(\.path) == paths
    else { throw Self.otherAnswer }
    return facts
  }

  /// The documents of a host's domain.
  /// - Throws: as ``ask(_:of:within:)`` does, and `notFound` if the host has no such domain.
  func document(of vm: VMID, on hostID: HostID, within limit: Duration) async throws -> DomainTexts {
    guard case .document(let texts) = try await ask(.document(vm), of: hostID, within: limit) else {
      throw Self.otherAnswer
    }
    return texts
  }

  private static var otherAnswer: FleetError {
    FleetError(.internal, "the agent answers another question than it was asked")
  }
}
