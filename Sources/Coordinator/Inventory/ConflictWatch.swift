import Fleet
import Scheduling

/// Remembers which conflicts have been told, so that each is told once, and again when it comes back.
actor ConflictWatch {
  private var told: Set<AddressConflict> = []

  /// The conflicts among these that are new since the last look.
  func fresh(among conflicts: [AddressConflict]) -> [AddressConflict] {
    let seen = Set(conflicts.map(Self.essence))
    let fresh = conflicts.filter { !told.contains(Self.essence($0)) }
    told = seen
    return fresh
  }

  /// The conflict without its times.
  private static func essence(_ conflict: AddressConflict) -> AddressConflict {
    var essence = conflict
    essence.entry.since = .init(milliseconds: 0)
    essence.entry.until = nil
    return essence
  }
}
