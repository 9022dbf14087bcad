/// Why a domain is in its state.
///
/// libvirt counts reasons anew for each state (`virDomainRunningReason` and its kin); here they have one
/// name each.
public enum DomainStateReason: Sendable, Hashable {
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
  public init(rawValue: Int32, of state: DomainState) {
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
