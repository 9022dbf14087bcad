import Fleet
import Scheduling
import Store

/// Remembers which conflicts and double runs have been told, so that each is told once, and again when it comes back.
actor ReportedConflicts {
  /// What is told once while it lasts.
  struct Alarm: Hashable, Sendable {
    let key: AlarmKey
    /// What the event is about.
    var subject = ""
    /// One sentence.
    var sentence = ""
    /// The address it is about, if it is about one.
    var mac: MACAddress?
    /// The VMs it is about, if it is about some.
    var vms: Set<VMID> = []
  }

  /// What a look has found.
  struct Findings: Hashable, Sendable {
    /// What is to be told, each once.
    var fresh: [Alarm] = []
    /// What was told and holds no more.
    var ended: Set<AlarmKey> = []

    var isEmpty: Bool { fresh.isEmpty && ended.isEmpty }
  }

  private var told: [AlarmKey: Alarm] = [:]
  private var words: Set<String> = []

  /// Takes over what an earlier epoch has reported.
  func remember(_ keys: Set<AlarmKey>) {
    for key in keys { told[key] = Alarm(key: key) }
  }

  /// Finds what is new among these since the last look, and what has ended. What is fresh counts as told from now on;
  /// if it can't be told, ``takeBack(_:)`` it.
  /// - Parameters:
  ///   - macs: the addresses that were looked at; what was told of others stands. Nil for all.
  ///   - ids: the VMs that were looked at for double runs. Nil for all.
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

  /// Takes back what could not be told, so that the next look finds it again.
  func takeBack(_ findings: Findings) {
    for alarm in findings.fresh { told[alarm.key] = nil }
    for key in findings.ended { told[key] = Alarm(key: key) }
  }

  private static func alarms(_ doubleRuns: [AddressOwner: [DuplicateVM]]) -> [Alarm] {
    doubleRuns.sorted { $0.key.description < $1.key.description }.flatMap { owner, duplicates in
      duplicates.filter(\.isDoubleRun).map { Alarm($0, of: owner) }
    }
  }

  /// True the first time something is said.
  func isNew(_ word: String) -> Bool { words.insert(word).inserted }

  /// Lets something be said anew.
  func forget(_ word: String) { words.remove(word) }
}

extension ReportedConflicts.Alarm {
  init(_ conflict: AddressConflict) {
    let mac = conflict.entry.mac
    self.init(
      key: AlarmKey(.conflict, "\(mac) \(conflict.sentence)"), subject: mac.description, sentence: conflict.sentence,
      mac: mac)
  }

  /// The alarm of two that run, the same from whichever side it is seen.
  fileprivate init(_ run: DuplicateVM, of owner: AddressOwner) {
    let both = [owner, run.other].map { "\($0.vmID?.description ?? "-") \($0.vm) on \($0.host)" }.sorted()
    self.init(
      key: AlarmKey(.doubleRun, both.joined(separator: ", ")), subject: run.other.vm, sentence: run.sentence,
      vms: Set([owner.vmID, run.other.vmID].compactMap { $0 }))
  }
}
