import Fleet
import Scheduling

/// Remembers which conflicts and double runs have been told, so that each is told once, and again when it comes back.
actor ConflictWatch {
  private var conflicts: [MACAddress: AddressConflict] = [:]
  private var runs: Set<String> = []
  private var words: Set<String> = []

  /// The conflicts among these that are new since the last look.
  /// - Parameter macs: the addresses that were looked at; what was told of others stands. Nil for all.
  func fresh(among found: [AddressConflict], of macs: Set<MACAddress>?) -> [AddressConflict] {
    let fresh = found.filter { conflicts[$0.entry.mac] != Self.essence($0) }
    if let macs {
      for mac in macs { conflicts[mac] = nil }
    } else {
      conflicts = [:]
    }
    for conflict in found { conflicts[conflict.entry.mac] = Self.essence(conflict) }
    return fresh
  }

  /// The double runs among these twins that are new since the last look, each once.
  /// - Parameter ids: the VMs that were looked at; what was told of others stands. Nil for all.
  func fresh(doubleRuns found: [AddressOwner: [VMTwin]], of ids: Set<VMID>? = nil) -> [VMTwin] {
    var seen: Set<String> = []
    var fresh: [VMTwin] = []
    for (_, twins) in found.sorted(by: { $0.key.description < $1.key.description }) {
      for twin in twins where twin.isDoubleRun && seen.insert(twin.sentence).inserted && !runs.contains(twin.sentence) {
        fresh.append(twin)
      }
    }
    // A sentence that was told of a VM not looked at now may stand; one that no longer holds is told anew next time.
    if ids == nil { runs = seen } else { runs.formUnion(seen) }
    return fresh
  }

  /// True the first time something is said.
  func isNew(_ word: String) -> Bool { words.insert(word).inserted }

  /// Lets something be said anew.
  func forget(_ word: String) { words.remove(word) }

  /// The conflict without its times.
  private static func essence(_ conflict: AddressConflict) -> AddressConflict {
    var essence = conflict
    essence.entry.since = .init(milliseconds: 0)
    essence.entry.until = nil
    return essence
  }
}
