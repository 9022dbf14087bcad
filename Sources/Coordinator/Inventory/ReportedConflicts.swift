import Fleet
import Scheduling
import Store

/// Remembers the reported conflicts and double runs, so that each is reported once, and again after it has ended.
actor ReportedConflicts {
  /// A condition that is reported once while it lasts.
  struct Alarm: Hashable, Sendable {
    let key: AlarmKey
    /// The event's subject.
    var subject = ""
    /// One sentence.
    var sentence = ""
    /// The address concerned, if any.
    var mac: MACAddress?
    /// The VMs concerned, if any.
    var vms: Set<VMID> = []
  }

  /// The result of a look.
  struct Findings: Hashable, Sendable {
    /// The alarms to report, each once.
    var fresh: [Alarm] = []
    /// Reported alarms that have ended.
    var ended: Set<AlarmKey> = []

    var isEmpty: Bool { fresh.isEmpty && ended.isEmpty }
  }

  private var told: [AlarmKey: Alarm] = [:]
  private var words: Set<String> = []

  /// Takes over what an earlier run has reported.
  func remember(_ keys: Set<AlarmKey>) {
    for key in keys { told[key] = Alarm(key: key) }
  }

  /// Finds the alarms that are new since the last look, and those that have ended. New ones count as reported from now
  /// on; if reporting fails, call ``takeBack(_:)``.
  /// - Parameters:
  ///   - macs: the addresses that were examined; alarms of others stay. Nil for all.
  ///   - ids: the VMs that were examined for double runs. Nil for all.
  func look(
    _ conflicts: [AddressConflict], of macs: Set<MACAddress>?, doubleRuns: [AddressOwner: [DuplicateVM]],
    of ids: Set<VMID>?
  ) -> Findings {
    var found: [AlarmKey: Alarm] = [:]
    var findings = Findings()
    for alarm in conflicts.map(Alarm.init) + Self.alarms(doubleRuns)
    where found.updateValue(alarm, forKey: alarm.key) == nil {
      if told.updateValue(alarm, forKey: alarm.key) == nil { findings.fresh.append(alarm) }
    }
    for (key, alarm) in told where found[key] == nil {
      let isConcerned =
        switch key.kind {
        case .conflict: macs.map { looked in alarm.mac.map(looked.contains) ?? false } ?? true
        case .doubleRun: ids.map { !$0.isDisjoint(with: alarm.vms) } ?? true
        }
      guard isConcerned else { continue }
      told[key] = nil
      findings.ended.insert(key)
    }
    return findings
  }

  /// Undoes a look whose alarms could not be reported, so that the next look finds them again.
  func takeBack(_ findings: Findings) {
    for alarm in findings.fresh { told[alarm.key] = nil }
    for key in findings.ended { told[key] = Alarm(key: key) }
  }

  private static func alarms(_ doubleRuns: [AddressOwner: [DuplicateVM]]) -> [Alarm] {
    doubleRuns.sorted { $0.key.description < $1.key.description }.flatMap { owner, duplicates in
      duplicates.filter(\.isDoubleRun).map { Alarm($0, of: owner) }
    }
  }

  /// True the first time that a key is passed.
  func isNew(_ word: String) -> Bool { words.insert(word).inserted }

  /// Forgets a key.
  func forget(_ word: String) { words.remove(word) }
}

extension ReportedConflicts.Alarm {
  init(_ conflict: AddressConflict) {
    let mac = conflict.entry.mac
    self.init(
      key: AlarmKey(.conflict, "\(mac) \(conflict.sentence)"), subject: mac.description, sentence: conflict.sentence,
      mac: mac)
  }

  /// The alarm for a pair that runs, equal for both directions.
  fileprivate init(_ run: DuplicateVM, of owner: AddressOwner) {
    let both = [owner, run.other].map { "\($0.vmID?.description ?? "-") \($0.vm) on \($0.host)" }.sorted()
    self.init(
      key: AlarmKey(.doubleRun, both.joined(separator: ", ")), subject: run.other.vm, sentence: run.sentence,
      vms: Set([owner.vmID, run.other.vmID].compactMap { $0 }))
  }
}
