import Fleet
import Scheduling

/// Answers about small fleets by trying everything, without a line of what it checks.
struct BruteForce {
  private struct Piece {
    var size: SmallFleet.Size
    var group: String?
    var host: Int
    var isTied: Bool
  }

  private let fleet: SmallFleet
  private var pieces: [Piece] = []

  init(_ fleet: SmallFleet) {
    self.fleet = fleet
    pieces = fleet.vms.map { vm in
      Piece(
        size: vm.size, group: vm.group, host: fleet.hosts.firstIndex { $0.name == vm.host } ?? 0, isTied: vm.isTied)
    }
  }

  /// The most VMs of the wished size that can be there with any `survive` hosts lost.
  func most(survive: Int) -> Int {
    guard survives(pieces, survive) else { return 0 }
    return grow(pieces, from: 0, survive)
  }

  /// True if any `survive` hosts may be lost as it is.
  func survives(_ survive: Int) -> Bool { survives(pieces, survive) }

  /// True if some host takes the wished VM now.
  var takesOne: Bool { fleet.hosts.indices.contains { takes(wanted, $0, pieces) } }

  private var wanted: Piece { Piece(size: fleet.wanted, group: fleet.itemGroup, host: -1, isTied: false) }

  /// The most that can be added, on hosts from a number on so that no arrangement is seen twice.
  private func grow(_ pieces: [Piece], from first: Int, _ survive: Int) -> Int {
    var best = 0
    for host in fleet.hosts.indices where host >= first && takes(wanted, host, pieces) {
      var piece = wanted
      piece.host = host
      guard survives(pieces + [piece], survive) else { continue }
      best = max(best, 1 + grow(pieces + [piece], from: host, survive))
    }
    return best
  }

  private func survives(_ pieces: [Piece], _ survive: Int) -> Bool {
    for mask in 1..<(1 << fleet.hosts.count) where survive > 0 && mask.nonzeroBitCount <= survive {
      let lost = pieces.filter { mask >> $0.host & 1 == 1 && !$0.isTied }
      let left = pieces.filter { mask >> $0.host & 1 == 0 || $0.isTied }
      guard rehomes(lost[...], left, mask) else { return false }
    }
    return true
  }

  private func rehomes(_ lost: ArraySlice<Piece>, _ there: [Piece], _ mask: Int) -> Bool {
    guard var piece = lost.first else { return true }
    for host in fleet.hosts.indices where mask >> host & 1 == 0 && takes(piece, host, there) {
      piece.host = host
      if rehomes(lost.dropFirst(), there + [piece], mask) { return true }
    }
    return false
  }

  private func takes(_ piece: Piece, _ host: Int, _ pieces: [Piece]) -> Bool {
    let line = fleet.hosts[host]
    guard line.state == .ready else { return false }
    let here = pieces.filter { $0.host == host }
    guard here.reduce(piece.size.vcpus, { $0 + $1.size.vcpus }) <= line.vcpus,
      here.reduce(piece.size.memory, { $0 + $1.size.memory }) <= line.memory,
      here.reduce(piece.size.disk, { $0 + $1.size.disk }) <= line.disk,
      piece.size.ssd == 0 || here.reduce(piece.size.ssd, { $0 + $1.size.ssd }) <= line.ssd
    else { return false }
    return fleet.rules.allSatisfy { rule in
      guard !rule.isSoft, rule.group == piece.group else { return true }
      return !pieces.contains { other in
        other.group == rule.group
          && (rule.label == nil ? other.host == host : fleet.hosts[other.host].rack == line.rack)
      }
    }
  }
}
