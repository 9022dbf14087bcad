internal import Fleet

/// A named rule about moving a running guest from one host to another.
struct MigrationFilter: Sendable {
  /// The rule's name, as a refusal carries it.
  let rule: String
  /// Why the guest can't move; nil if it can.
  let refuses: @Sendable (PlacementRequest, _ from: HostSnapshot, _ to: HostSnapshot) -> String?

  /// Every rule about live migration; ``PlacementFilter`` has the rules for all placements.
  static let table: [MigrationFilter] = [
    // The guest may use a CPU feature that the other host lacks.
    MigrationFilter(rule: "migration-cpu") { request, from, to in
      // A guest without a CPU model of its own sees the host's.
      guard request.constraints.cpuModel == nil, !from.traits.cpuModels.isEmpty, !to.traits.cpuModels.isEmpty else {
        return nil
      }
      let lacking = from.traits.cpuModels.subtracting(to.traits.cpuModels).sorted()
      return lacking.first.map { "its guest may use \($0.printable), which is not there" }
    },
    // The other host's QEMU is older.
    MigrationFilter(rule: "migration-qemu") { _, from, to in
      let (old, new) = (from.traits.qemuVersion, to.traits.qemuVersion)
      guard !old.isEmpty, !new.isEmpty, isOlder(new, than: old) else { return nil }
      return "QEMU \(new.printable) is there, the guest runs under \(old.printable)"
    },
    // A passed-through device cannot be moved.
    MigrationFilter(rule: "migration-device") { request, _, _ in
      request.constraints.needs.filter(\.isHardware).min { $0.value < $1.value }
        .map { "\($0.subject.printable), \($0.kind.rawValue) \($0.value.printable), can't be moved" }
    },
    // A file of the host is not known to be on the other one.
    MigrationFilter(rule: "migration-file") { request, _, _ in
      request.constraints.needs.filter(\.isPath).min { $0.value < $1.value }
        .map { "\($0.subject.printable) is at \($0.value.printable), which nobody looked for there" }
    },
    // The other host does not share a volume.
    MigrationFilter(rule: "migration-volume") { request, from, to in
      for need in request.constraints.needs.sorted(by: { $0.value < $1.value }) {
        guard let pool = need.volume?.pool else { continue }
        if from.traits.sharedPools.contains(pool), to.traits.sharedPools.contains(pool) { continue }
        return "\(need.subject.printable) is the volume \(need.value.printable), which is not shared with it"
      }
      return nil
    },
    // The other host does not share a storage pool.
    MigrationFilter(rule: "migration-disk") { request, from, to in
      for name in request.constraints.pools.keys.sorted() where from.traits.sharedPools.contains(name) {
        guard !to.traits.sharedPools.contains(name) else { continue }
        return "pool \"\(name.printable)\" is not shared with it"
      }
      return nil
    },
  ]

  /// The first rule that forbids the migration.
  static func refusal(_ request: PlacementRequest, from: HostSnapshot, to: HostSnapshot) -> Refusal? {
    for filter in table {
      if let detail = filter.refuses(request, from, to) {
        return Refusal(host: to.name, rule: filter.rule, detail: detail)
      }
    }
    return nil
  }

  private static func isOlder(_ left: String, than right: String) -> Bool {
    let (a, b) = (numbers(left), numbers(right))
    for index in 0..<max(a.count, b.count) {
      let (x, y) = (index < a.count ? a[index] : 0, index < b.count ? b[index] : 0)
      if x != y { return x < y }
    }
    return false
  }

  private static func numbers(_ version: String) -> [Int] {
    version.split { !$0.isNumber }.map { Int($0) ?? 0 }
  }
}
