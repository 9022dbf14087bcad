internal import Fleet

/// Sets of hosts that may fail together. Of hosts equal in kind, limit, room and VMs only the number in a set matters,
/// so equal sets appear once.
struct FailureSets {
  /// The properties in which equal hosts agree.
  private struct Key: Hashable {
    let kind: Int
    let limit: Resources
    let free: Resources
    let extras: [Int]
    let vms: [VM]
    let alone: Int
  }

  private struct VM: Hashable {
    let size: Resources
    let shape: Int
    let extras: [PackingState.CountedResource]
    let isTied: Bool
  }

  /// The hosts of each class.
  private var classes: [[Int]] = []

  /// Hosts with VMs to which rules apply are a class each.
  init(_ packing: PackingState) {
    var known: [Key: Int] = [:]
    let isFree = packing.rules.allSatisfy(\.rule.isSoft) && packing.shapes.allSatisfy { $0.only < 0 }
    for host in packing.hosts.indices {
      let vms = packing.placedOn[host].map { number -> VM in
        let vm = packing.vms[number]
        return VM(size: vm.size, shape: vm.shape, extras: vm.extras, isTied: vm.isTied)
      }.sorted {
        ($0.size.memory, $0.size.vcpus, $0.size.disk, $0.shape, $0.isTied ? 1 : 0) < (
          $1.size.memory, $1.size.vcpus, $1.size.disk, $1.shape, $1.isTied ? 1 : 0
        )
      }
      let key = Key(
        kind: packing.kinds.of[host], limit: packing.limit[host], free: packing.free[host],
        extras: packing.extras[host],
        vms: vms, alone: isFree ? -1 : host)
      if let number = known[key] {
        classes[number].append(host)
      } else {
        known[key] = classes.count
        classes.append([host])
      }
    }
  }

  /// An upper bound on the number of sets of a size.
  func count(of size: Int) -> Int {
    var product = 1.0
    for step in 0..<size { product *= Double(classes.count + size - 1 - step) / Double(step + 1) }
    return Int(min(product, 1e15))
  }

  /// Calls `body` with each set of a size until it returns false; returns false if `body` did.
  func each(of size: Int, _ body: ([Int]) -> Bool) -> Bool {
    var picks: [Int] = []
    return pick(size, from: 0, &picks, body)
  }

  private func pick(_ size: Int, from start: Int, _ picks: inout [Int], _ body: ([Int]) -> Bool) -> Bool {
    guard picks.count < size else { return body(hosts(of: picks)) }
    for number in start..<classes.count {
      guard picks.count(where: { $0 == number }) < classes[number].count else { continue }
      picks.append(number)
      let goesOn = pick(size, from: number, &picks, body)
      picks.removeLast()
      guard goesOn else { return false }
    }
    return true
  }

  private func hosts(of picks: [Int]) -> [Int] {
    var taken: [Int: Int] = [:]
    return picks.map { number in
      taken[number, default: -1] += 1
      return classes[number][taken[number, default: 0]]
    }
  }
}
