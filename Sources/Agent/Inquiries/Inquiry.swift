internal import Fleet

/// Answers the coordinator's questions; nothing on the host changes by it.
struct Inquiry: Sendable {
  let hypervisor: any Hypervisor
  let files: FileLook

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
    case .files(let paths): .files(try await files.look(at: paths))
    case .document(let vm): .document(try await hypervisor.document(of: vm))
    }
  }
}
