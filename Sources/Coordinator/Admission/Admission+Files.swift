import Fleet
import RoostAPI
import Scheduling

extension Admission {
  /// How long a host may take to report its files; a slower one gets no VM that needs them.
  private static let filesLimit = Duration.seconds(3)

  /// Asks every host that fits otherwise which files of the VM it has.
  func files(for intent: CreateIntent) async throws -> HostFiles {
    let needed = intent.constraints.needs.filter(\.isPath).map(\.value).sorted()
    let volumes = intent.constraints.needs.filter { $0.volume != nil }
    let brought = intent.spec.disks.filter { $0.source == .existing }.compactMap(\.path)
    var seen: Set<String> = []
    let paths = (brought + needed).filter { seen.insert($0).inserted && $0.utf8.count <= HostQuery.pathLengthLimit }
    guard !paths.isEmpty || !volumes.isEmpty else { return HostFiles() }
    let index = await inventory.index(now: clock.now())
    let view = await inventory.view
    let decision = index.decision(for: intent.request(byDefault: index.policy.strategy))
    let fitting = decision.ranking.compactMap { ranked in index.host(ranked.host)?.id }
    let unasked = Dictionary(decision.refused.map { ($0.host, $0) }) { first, _ in first }
    return await withTaskGroup(of: (HostID, KnownFiles).self) { group in
      for host in fitting {
        let places = Self.places(of: volumes, in: view.hosts[host]?.facts?.pools ?? [])
        group.addTask { (host, await knownFiles(paths, places, on: host)) }
      }
      return await group.reduce(into: HostFiles(answers: [:], unasked: unasked)) { $0.answers?[$1.0] = $1.1 }
    }
  }

  /// The paths of volumes on a host, by a need's name for them; only of pools whose volumes are files below their
  /// target.
  private static func places(of volumes: Set<HostNeed>, in pools: [StoragePool]) -> [String: String] {
    var places: [String: String] = [:]
    for need in volumes {
      guard let volume = need.volume, !volume.name.contains("/"), volume.name != ".." && volume.name != ".",
        let pool = pools.first(where: { $0.name == volume.pool && $0.isActive }),
        ["dir", "fs", "netfs", "logical"].contains(pool.type), pool.path.hasPrefix("/")
      else { continue }
      let path = "\(pool.path)/\(volume.name)"
      if path.utf8.count <= HostQuery.pathLengthLimit { places[need.value] = path }
    }
    return places
  }

  private func knownFiles(_ named: [String], _ volumes: [String: String], on host: HostID) async -> KnownFiles {
    do {
      let paths = named + Set(volumes.values).subtracting(named).sorted()
      var facts: [FileStatus] = []
      for start in stride(from: 0, to: paths.count, by: HostQuery.pathLimit) {
        let part = Array(paths[start..<min(start + HostQuery.pathLimit, paths.count)])
        facts += try await sessions.files(part, on: host, within: Self.filesLimit)
      }
      var kinds = Dictionary(facts.map { ($0.path, $0.kind) }, uniquingKeysWith: { first, _ in first })
      for (volume, path) in volumes { kinds[volume] = kinds[path] }
      return .found(kinds)
    } catch {
      return .unknown(FleetError(error).message)
    }
  }
}

/// The answers of hosts about the files of a VM.
struct HostFiles: Sendable {
  /// The answers by host; nil for a VM that needs no files.
  var answers: [HostID: KnownFiles]?

  /// Why a host was not asked, by its name: it would not take the VM whatever files it has.
  var unasked: [String: Refusal] = [:]

  /// The decision with that reason for each host that was refused because it was not asked.
  func explained(_ decision: PlacementDecision, _ index: PlacementIndex) -> PlacementDecision {
    guard let answers else { return decision }
    var explained = decision
    explained.refused = decision.refused.map { refusal in
      guard let host = index.host(refusal.host), answers[host.id] == nil else { return refusal }
      return unasked[refusal.host] ?? refusal
    }
    return explained
  }

  /// The answer of one host.
  subscript(host: HostID) -> KnownFiles {
    guard let answers else { return .unasked }
    return answers[host] ?? .unknown("it could not be asked before the decision")
  }

  /// One sentence for each path and volume that could not be checked on a host.
  func unchecked(_ needs: Set<HostNeed>, on host: HostSnapshot?) -> [String] {
    guard let host, case .found(let kinds) = self[host.id] else { return [] }
    return needs.filter { $0.isPath || $0.kind == .volume }.sorted { ($0.value, $0.subject) < ($1.value, $1.subject) }
      .compactMap { need in
        let isLookedFor = kinds[need.value].map { $0 != .hidden } ?? need.isPath
        guard !isLookedFor else { return nil }
        let what = need.kind == .volume ? "the volume \(need.value.printable)" : need.value.printable
        let wanted = "\(what) for \(need.subject.printable)"
        return "whether \(host.name) has \(wanted) can't be checked: its agent may not look there"
      }
  }

  /// The hosts with the answers added.
  func added(to index: PlacementIndex) -> PlacementIndex {
    guard answers != nil else { return index }
    return PlacementIndex(
      index.hosts.map { snapshot in
        var snapshot = snapshot
        snapshot.files = self[snapshot.id]
        return snapshot
      }, under: index.policy)
  }
}
