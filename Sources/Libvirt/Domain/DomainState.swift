internal import CLibvirt

/// The state of a domain; corresponds to `virDomainState`.
package enum DomainState: Sendable, Hashable {
  /// The driver cannot say.
  case noState
  /// It runs.
  case running
  /// It waits for a resource; QEMU never reports this.
  case blocked
  /// Its vCPUs are paused.
  case paused
  /// It is shutting down.
  case shuttingDown
  /// It is off.
  case shutOff
  /// It crashed and was preserved.
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
  /// The state.
  package let state: DomainState
  /// The reason.
  package let reason: DomainStateReason

  /// Takes libvirt's two numbers; the second means nothing without the first.
  package init(rawState: Int32, rawReason: Int32) {
    state = DomainState(rawValue: rawState)
    reason = DomainStateReason(rawValue: rawReason, of: state)
  }
}

/// Why a domain is in its state.
///
/// libvirt numbers reasons separately for each state (`virDomainRunningReason` and so on); here each has one name.
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
  /// Running since a pause ended on request.
  case unpaused
  /// Running on, because a migration was cancelled.
  case migrationCanceled
  /// Running on, because a save was cancelled.
  case saveCanceled
  /// Running since the guest woke up.
  case wakeup
  /// The guest crashed.
  case crashed
  /// Running or paused here during a post-copy migration.
  case postcopy
  /// A post-copy migration failed.
  case postcopyFailed
  /// On request.
  case user
  /// Paused for a migration.
  case migration
  /// Paused for a save.
  case save
  /// Paused for a memory dump.
  case dump
  /// Paused because a disk failed or is full.
  case ioError
  /// Paused by the watchdog.
  case watchdog
  /// Paused while it shuts down.
  case shuttingDown
  /// Paused while a snapshot is made.
  case snapshot
  /// Paused while it starts.
  case startingUp
  /// Off since the guest shut down.
  case shutdown
  /// Off since its power was cut.
  case destroyed
  /// Off, its state saved.
  case saved
  /// Off, because it failed to start.
  case failed
  /// Off, because the daemon ended it.
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
