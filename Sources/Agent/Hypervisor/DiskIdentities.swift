internal import Fleet
internal import Libvirt

/// Finds the identity of domains' disks, whatever their paths, and their backing files. It uses threads of its own: a
/// share whose server is gone may block them, and then disks are not examined for a while.
actor DiskIdentities {
  /// The result for a disk.
  private struct Find {
    var identity: String
    var beneath: [String]
  }

  private static let limit = Duration.seconds(2)
  /// How many domains are reported unexamined after one that did not answer.
  private static let pause = 200

  private let pool: CallPool
  private var skips = 0

  init(environment: AgentEnvironment) throws {
    pool = try CallPool(name: "disk-identities", threads: 2, queueLimit: 64, clock: environment.clock)
  }

  /// The domain with the identities of its disks, as far as they can be found.
  ///
  /// A volume gets the path that it has in its pool.
  /// - Parameter pools: reads the host's pools; called only for a domain with a volume.
  func found(
    in domain: ObservedDomain, pools: @Sendable () async throws -> [Fleet.StoragePool]
  ) async -> ObservedDomain {
    var domain = domain
    if domain.configurations.flatMap(\.disks).contains(where: { $0.volume != nil }), let pools = try? await pools() {
      let paths = Dictionary(pools.map { ($0.name, $0.path) }, uniquingKeysWith: { first, _ in first })
      domain.live = domain.live.map { $0.resolved(by: paths) }
      domain.saved = domain.saved.map { $0.resolved(by: paths) }
      domain.kept = domain.kept.map { $0.resolved(by: paths) }
    }
    let disks = domain.configurations.flatMap(\.disks).filter { $0.identity.isEmpty && $0.path.hasPrefix("/") }
    let paths = Set(disks.map(\.path))
    // A raw disk has no backing file, whatever its guest wrote into it; libvirt treats a disk without a format as raw.
    let formatted = Set(disks.filter { !$0.format.isEmpty && $0.format != "raw" }.map(\.path))
    guard !paths.isEmpty else { return domain }
    guard skips == 0 else {
      skips -= 1
      return domain
    }
    let finds: [String: Find]
    do {
      finds = try await pool.run("look at disks", within: Self.limit) {
        var found: [String: Find] = [:]
        for path in paths {
          found[path] = Find(
            identity: FileIdentity.of(path) ?? "",
            beneath: DiskChain.files(behind: path, isRaw: !formatted.contains(path)))
        }
        return found
      }
    } catch {
      skips = Self.pause
      return domain
    }
    func filled(_ configuration: DomainConfiguration) -> DomainConfiguration {
      var configuration = configuration
      for index in configuration.disks.indices where configuration.disks[index].identity.isEmpty {
        guard let find = finds[configuration.disks[index].path] else { continue }
        configuration.disks[index].identity = find.identity
        let told = configuration.disks[index].beneath
        configuration.disks[index].beneath = told + find.beneath.filter { !told.contains($0) }
      }
      return configuration
    }
    domain.live = domain.live.map(filled)
    domain.saved = domain.saved.map(filled)
    domain.kept = domain.kept.map(filled)
    return domain
  }
}

extension DomainConfiguration {
  /// Resolves volumes to paths by the directories of their pools.
  fileprivate func resolved(by pools: [String: String]) -> DomainConfiguration {
    var resolved = self
    for index in disks.indices {
      guard let volume = disks[index].volume, let directory = pools[volume.pool], !directory.isEmpty else { continue }
      resolved.disks[index].path = "\(directory)/\(volume.name)"
      // The path identifies a file.
      resolved.disks[index].identity = ""
    }
    return resolved
  }
}
