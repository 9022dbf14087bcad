import Fleet
import RoostAPI
import Scheduling

extension Admission {
  /// How long a host may take to say which files it has; one that takes longer gets no VM that needs them.
  private static let filesLimit = Duration.seconds(3)

  /// Asks every host that fits otherwise which of the files are there that a VM brings along or needs.
  func files(for intent: Intent) async throws -> HostFiles {
    let needed = intent.constraints.needs.filter(\.isPath).map(\.value).sorted()
    let brought = intent.spec.disks.filter { $0.source == .existing }.compactMap(\.path)
    var seen: Set<String> = []
    let paths = (brought + needed).filter { seen.insert($0).inserted && $0.utf8.count <= HostQuery.pathLengthLimit }
    guard !paths.isEmpty else { return HostFiles() }
    let index = await inventory.index(now: clock.now())
    let fitting = index.decision(for: intent.request(aim: index.policy.aim)).ranking.compactMap { ranked in
      index.host(ranked.host)?.id
    }
    return await withTaskGroup(of: (HostID, KnownFiles).self) { group in
      for host in fitting {
        group.addTask { (host, await knownFiles(paths, on: host)) }
      }
      return await group.reduce(into: HostFiles(answers: [:])) { $0.answers?[$1.0] = $1.1 }
    }
  }

  private func knownFiles(_ paths: [String], on host: HostID) async -> KnownFiles {
    do {
      var facts: [FileFact] = []
      for start in stride(from: 0, to: paths.count, by: HostQuery.pathLimit) {
        let part = Array(paths[start..<min(start + HostQuery.pathLimit, paths.count)])
        facts += try await sessions.files(part, on: host, within: Self.filesLimit)
      }
      return .found(Dictionary(facts.map { ($0.path, $0.kind) }, uniquingKeysWith: { first, _ in first }))
    } catch {
      return .unknown(FleetError(error).message)
    }
  }
}
