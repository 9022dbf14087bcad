import Fleet
import RoostAPI
import Scheduling

extension Admission {
  /// How long a host may take to report its files; a slower one gets no VM that needs them.
  private static let filesLimit = Duration.seconds(3)

  /// Asks every host that one of the VMs would fit otherwise which of their files it has.
  func files(for intents: [CreateIntent]) async throws -> HostFiles {
    var seen: Set<String> = []
    let paths = intents.flatMap(\.pathsToLookAt).filter {
      seen.insert($0).inserted && $0.utf8.count <= HostQuery.pathLengthLimit
    }
    let volumes = Set(intents.flatMap { $0.constraints.needs.filter { $0.volume != nil } })
    guard !paths.isEmpty || !volumes.isEmpty else { return HostFiles() }
    let index = await inventory.index(now: clock.now())
    let view = await inventory.view
    var fitting: Set<HostID> = []
    var unasked: [String: [String: Refusal]] = [:]
    for intent in intents where intent.needsFiles {
      let decision = index.decision(for: intent.request(byDefault: index.policy.strategy))
      fitting.formUnion(decision.ranking.compactMap { ranked in index.host(ranked.host)?.id })
      unasked[intent.spec.name] = Dictionary(decision.refused.map { ($0.host, $0) }) { first, _ in first }
    }
    let refusals = unasked
    let hosts = fitting
    return await withTaskGroup(of: (HostID, HostAnswers).self) { group in
      for host in hosts {
        let facts = view.hosts[host]?.facts
        let places = Self.places(of: volumes, in: facts?.pools ?? [])
        group.addTask {
          var answers = await answers(paths, places, on: host)
          // The agent makes this one itself.
          if case .found(var kinds) = answers.known, let directory = facts?.imageDirectory {
            kinds[directory] = nil
            answers.known = .found(kinds)
          }
          return (host, answers)
        }
      }
      return await group.reduce(into: HostFiles(answers: [:], unasked: refusals)) { files, answer in
        files.answers?[answer.0] = answer.1.known
        files.identities[answer.0] = answer.1.identities
      }
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

  /// What one host says of its files.
  private struct HostAnswers: Sendable {
    var known: KnownFiles
    var identities: [String: String] = [:]
  }

  private func answers(_ named: [String], _ volumes: [String: String], on host: HostID) async -> HostAnswers {
    do {
      let paths = named + Set(volumes.values).subtracting(named).sorted()
      var facts: [FileStatus] = []
      for start in stride(from: 0, to: paths.count, by: HostQuery.pathLimit) {
        let part = Array(paths[start..<min(start + HostQuery.pathLimit, paths.count)])
        facts += try await sessions.files(part, on: host, within: Self.filesLimit)
      }
      var kinds = Dictionary(facts.map { ($0.path, $0.kind) }, uniquingKeysWith: { first, _ in first })
      for (volume, path) in volumes { kinds[volume] = kinds[path] }
      let known = facts.filter { !$0.identity.isEmpty }.map { ($0.path, $0.identity) }
      return HostAnswers(
        known: .found(kinds), identities: Dictionary(known, uniquingKeysWith: { first, _ in first }))
    } catch {
      return HostAnswers(known: .unknown(FleetError(error).message))
    }
  }
}

extension CreateIntent {
  /// True if its host must have, or must not have, some files.
  fileprivate var needsFiles: Bool {
    !pathsToLookAt.isEmpty || constraints.needs.contains { $0.volume != nil }
  }

  /// The paths that a host is asked about: of the files that it brings, of those that Roost makes at a chosen place
  /// with their directories, and of those that its document needs.
  fileprivate var pathsToLookAt: [String] {
    let brought = spec.disks.filter { $0.source == .existing }.compactMap(\.path)
    let made = spec.disks.filter(\.isMadeByRoost).compactMap(\.path)
    return brought + made.flatMap { [$0, HostPath.parent(of: $0)] }
      + constraints.needs.filter(\.isPath).map(\.value).sorted()
  }
}

/// The answers of hosts about the files of a VM.
struct HostFiles: Sendable {
  /// The answers by host; nil for a VM that needs no files.
  var answers: [HostID: KnownFiles]?

  /// What each host knows the files by, by their paths; see ``ObservedDisk/identity``.
  var identities: [HostID: [String: String]] = [:]

  /// Why a host was not asked, by the VM's name and its own: it would not take the VM whatever files it has.
  var unasked: [String: [String: Refusal]] = [:]

  /// The decision on a VM with that reason for each host that was refused because it was not asked.
  func explained(_ decision: PlacementDecision, of vm: String, _ index: PlacementIndex) -> PlacementDecision {
    guard let answers else { return decision }
    var explained = decision
    explained.refused = decision.refused.map { refusal in
      guard let host = index.host(refusal.host), answers[host.id] == nil else { return refusal }
      return unasked[vm]?[refusal.host] ?? refusal
    }
    return explained
  }

  /// The answer of one host.
  subscript(host: HostID) -> KnownFiles {
    guard let answers else { return .unasked }
    return answers[host] ?? .unknown("it could not be asked before the decision")
  }

  /// One sentence for each path and volume that could not be checked on a host.
  func unchecked(_ intent: CreateIntent, on host: HostSnapshot?) -> [String] {
    guard let host else { return [] }
    let places = intent.spec.disks.filter(\.isMadeByRoost).compactMap(\.path)
    switch self[host.id] {
    case .unasked: return []
    // A host that says nothing gets no VM that needs files of it.
    case .unknown(let reason):
      return places.map {
        "whether something is at \($0.printable) on \(host.name) already can't be checked: \(reason)"
      }
    case .found(let kinds):
      return unchecked(intent.constraints.needs, on: host, kinds)
        + places.filter { kinds[$0] == .hidden }.map {
          "whether something is at \($0.printable) on \(host.name) already can't be checked: its agent may not look"
        }
    }
  }

  private func unchecked(
    _ needs: Set<HostNeed>, on host: HostSnapshot, _ kinds: [String: FileStatus.Kind]
  ) -> [String] {
    needs.filter { $0.isPath || $0.kind == .volume }.sorted { ($0.value, $0.subject) < ($1.value, $1.subject) }
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
