package import Fleet

/// Identifies a condition that is reported once until it ends.
package struct AlarmKey: Hashable, Sendable {
  /// The kind of the event that reports it.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Two VMs have one address.
    case conflict = "mac.conflict"
    /// Two VMs run that must not run beside each other.
    case doubleRun = "vm.double-run"

    /// The kind of the event.
    package var event: FleetEvent.Kind {
      switch self {
      case .conflict: .macConflict
      case .doubleRun: .vmDoubleRun
      }
    }
  }

  /// Its kind.
  package var kind: Kind
  /// The subject, constant for as long as the condition holds.
  package var text: String

  /// Makes a key.
  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

extension FleetSnapshotReader {
  /// The reported alarms that have not ended.
  package func toldAlarms() throws(FleetError) -> Set<AlarmKey> {
    Set(
      try rows(of: "the told alarms", "SELECT * FROM told_alarms").reading { row throws(FleetError) in
        AlarmKey(try row.word("kind"), try row.text("key"))
      })
  }
}

extension FleetTransaction {
  /// Records the alarms that were reported, and removes those that have ended.
  package func tellAlarms(_ told: Set<AlarmKey>, ended: Set<AlarmKey>) throws(FleetError) {
    for key in ended {
      try change(
        "DELETE FROM told_alarms WHERE kind = ? AND key = ?", [key.kind.rawValue, key.text.withoutNUL],
        about: "an alarm")
    }
    for key in told {
      try change(
        "INSERT INTO told_alarms (kind, key) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [key.kind.rawValue, key.text.withoutNUL], about: "an alarm")
    }
  }
}
