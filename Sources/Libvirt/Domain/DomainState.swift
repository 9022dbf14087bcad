internal import CLibvirt

/// What a domain does; corresponds to `virDomainState`.
package enum DomainState: Sendable, Hashable {
  /// The driver cannot say.
  case noState
  /// It runs.
  case running
  /// It waits for a resource; QEMU never says so.
  case blocked
  /// Its processors are held.
  case paused
  /// It is on its way down.
  case shuttingDown
  /// It is off.
  case shutOff
  /// It crashed and was kept so.
  case crashed
  /// The guest sleeps by its own power management.
  case suspendedByGuest
  /// A state newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  package init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_DOMAIN_NOSTATE.rawValue: self = .noState
    case VIR_DOMAIN_RUNNING.rawValue: self = .running
    case VIR_DOMAIN_BLOCKED.rawValue: self = .blocked
    case VIR_DOMAIN_PAUSED.rawValue: self = .paused
    case VIR_DOMAIN_SHUTDOWN.rawValue: self = .shuttingDown
    case VIR_DOMAIN_SHUTOFF.rawValue: self = .shutOff
    case VIR_DOMAIN_CRASHED.rawValue: self = .crashed
    case VIR_DOMAIN_PMSUSPENDED.rawValue: self = .suspendedByGuest
    default: self = .unknown(rawValue)
    }
  }
}

/// A domain's state with the reason for it.
package struct DomainStatus: Sendable, Hashable {
  /// What it does.
  package let state: DomainState
  /// Why.
  package let reason: DomainStateReason

  /// Takes libvirt's two numbers; the second means nothing without the first.
  package init(rawState: Int32, rawReason: Int32) {
    state = DomainState(rawValue: rawState)
    reason = DomainStateReason(rawValue: rawReason, of: state)
  }
}

/// Why a domain is in its state.
///
/// libvirt counts reasons anew for each state (`virDomainRunningReason` and its kin); here they have one
/// name each.
package enum DomainStateReason: Sendable, Hashable {
  /// libvirt knows of no reason.
  case unspecified
  /// Running since a normal boot.
  case booted
  /// Running here, or off here, since it moved.
  case migrated
  /// Running since a restore from a saved state.
  case restored
  /// In this state since a snapshot was restored.
  case fromSnapshot
  /// Running since somebody ended a pause.
  case unpaused
  /// Running on, as a migration was given up.
  case migrationCanceled
  /// Running on, as a save was given up.
  case saveCanceled
  /// Running since the guest woke up.
  case wakeup
  /// The guest crashed.
  case crashed
  /// Running there or held here during a post-copy migration.
  case postcopy
  /// A post-copy migration failed.
  case postcopyFailed
  /// Somebody asked for it.
  case user
  /// Held for a migration.
  case migration
  /// Held for a save.
  case save
  /// Held for a memory dump.
  case dump
  /// Held since a disk failed, or is full.
  case ioError
  /// Held by the watchdog.
  case watchdog
  /// Held while it goes down.
  case shuttingDown
  /// Held while a snapshot is made.
  case snapshot
  /// Held while it starts.
  case startingUp
  /// Off since the guest went down.
  case shutdown
  /// Off since somebody pulled the plug.
  case destroyed
  /// Off, its state saved.
  case saved
  /// Off, as it failed to start.
  case failed
  /// Off, as the daemon ended it.
  case daemon
  /// The guest's kernel panicked.
  case panicked
  /// A reason newer than this library.
  case unknown(Int32)

  /// In the order of libvirt's numbers, from 0.
  private static let running: [Self] = [
    .unspecified, .booted, .migrated, .restored, .fromSnapshot, .unpaused, .migrationCanceled,
    .saveCanceled, .wakeup, .crashed, .postcopy, .postcopyFailed,
  ]
  private static let paused: [Self] = [
    .unspecified, .user, .migration, .save, .dump, .ioError, .watchdog, .fromSnapshot, .shuttingDown,
    .snapshot, .crashed, .startingUp, .postcopy, .postcopyFailed,
  ]
  private static let shuttingDownReasons: [Self] = [.unspecified, .user]
  private static let shutOff: [Self] = [
    .unspecified, .shutdown, .destroyed, .crashed, .migrated, .saved, .failed, .fromSnapshot, .daemon,
  ]
  private static let crashedReasons: [Self] = [.unspecified, .panicked]

  /// Takes libvirt's number, which means something only beside the state.
  package init(rawValue: Int32, of state: DomainState) {
    let known: [Self] =
      switch state {
      case .running: Self.running
      case .paused: Self.paused
      case .shuttingDown: Self.shuttingDownReasons
      case .shutOff: Self.shutOff
      case .crashed: Self.crashedReasons
      case .noState, .blocked, .suspendedByGuest, .unknown: [.unspecified]
      }
    let index = Int(rawValue)
    self = known.indices.contains(index) ? known[index] : .unknown(rawValue)
  }
}
