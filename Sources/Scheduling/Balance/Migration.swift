internal import Fleet

/// Which VMs can be moved where, and how long it takes.
struct Migration {
  private let bandwidth: Double
  /// Whether anything is known that could be in the way of a live migration.
  private let asks: Bool

  init(_ board: Board, _ limits: MoveLimits) {
    bandwidth = max(1, Double(limits.bandwidth.bytes))
    asks = board.kinds.samples.contains {
      !$0.traits.cpuModels.isEmpty || !$0.traits.qemuVersion.isEmpty || !$0.traits.sharedPools.isEmpty
    }
  }

  /// Why a VM can't be moved at all; nil if it can.
  func obstacle(_ vm: Board.Seated, on host: String) -> String? {
    if vm.isTied { return "it is tied to \(host)" }
    guard vm.isRunning, Double(vm.dirtyBytesPerSecond) >= 0.8 * bandwidth else { return nil }
    return "its guest writes memory as fast as it can be sent"
  }

  /// True if a running VM's guest can go on on another host.
  func isPossible(_ vm: Int, to host: Int, on board: Board) -> Bool {
    guard asks, board.vms[vm].isRunning, board.home[vm] >= 0 else { return true }
    let (from, to) = (board.hosts[board.home[vm]], board.hosts[host])
    return MigrationFilter.refusal(board.placed[vm].request, from: from, to: to) == nil
  }

  /// How long a move takes: what memory is there, and what is written meanwhile.
  func seconds(_ vm: Board.Seated) -> Double {
    guard vm.isRunning else { return 0 }
    return Double(vm.size.memory) / max(1, bandwidth - Double(vm.dirtyBytesPerSecond))
  }
}
