internal import CLibvirt

/// A change of a domain's life cycle with its detail.
///
/// Corresponds to `virDomainEventType`, <https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainEventType>.
package struct DomainLifecycle: Sendable, Hashable {
  /// The change.
  package let change: Change
  /// The detail.
  package let detail: Detail

  /// A change of the life cycle.
  package enum Change: Sendable, Hashable {
    /// Its definition was saved or changed.
    case defined
    /// Its definition was removed.
    case undefined
    /// It runs.
    case started
    /// Its vCPUs are paused.
    case suspended
    /// Its vCPUs run again.
    case resumed
    /// It is off.
    case stopped
    /// The guest finished shutting down; `stopped` follows.
    case shutdown
    /// The guest sleeps by its own power management.
    case suspendedByGuest
    /// It crashed.
    case crashed
    /// A change newer than this library.
    case unknown(Int32)
  }

  /// Takes libvirt's two numbers; the second means nothing without the first.
  package init(rawEvent: Int32, rawDetail: Int32) {
    change =
      switch UInt32(bitPattern: rawEvent) {
      case VIR_DOMAIN_EVENT_DEFINED.rawValue: .defined
      case VIR_DOMAIN_EVENT_UNDEFINED.rawValue: .undefined
      case VIR_DOMAIN_EVENT_STARTED.rawValue: .started
      case VIR_DOMAIN_EVENT_SUSPENDED.rawValue: .suspended
      case VIR_DOMAIN_EVENT_RESUMED.rawValue: .resumed
      case VIR_DOMAIN_EVENT_STOPPED.rawValue: .stopped
      case VIR_DOMAIN_EVENT_SHUTDOWN.rawValue: .shutdown
      case VIR_DOMAIN_EVENT_PMSUSPENDED.rawValue: .suspendedByGuest
      case VIR_DOMAIN_EVENT_CRASHED.rawValue: .crashed
      default: .unknown(rawEvent)
      }
    detail = Detail(rawValue: rawDetail, of: change)
  }
}

extension DomainLifecycle {
  /// The detail of a change.
  ///
  /// libvirt numbers details separately for each change; here each has one name.
  package enum Detail: Sendable, Hashable {
    /// Defined: it is new.
    case added
    /// Defined: it was known and changed.
    case updated
    /// Defined or undefined: it has another name now.
    case renamed
    /// A snapshot was restored.
    case fromSnapshot
    /// Undefined: it is gone.
    case removed
    /// Started: a normal boot.
    case booted
    /// It came from or went to another host.
    case migrated
    /// It came from a saved state.
    case restored
    /// The guest woke up.
    case wakeup
    /// Suspended: on request.
    case paused
    /// Suspended: a disk failed, or is full.
    case ioError
    /// Suspended: by the watchdog.
    case watchdog
    /// Suspended: after a libvirt call failed half-way.
    case apiError
    /// A post-copy migration continues.
    case postcopy
    /// A post-copy migration failed.
    case postcopyFailed
    /// Resumed: on request.
    case unpaused
    /// Stopped: the guest shut down.
    case shutdown
    /// Stopped: its power was cut.
    case destroyed
    /// Stopped: it crashed.
    case crashed
    /// Stopped: its state is saved.
    case saved
    /// Stopped: the emulator or the host failed.
    case failed
    /// Shutdown: finished, without further detail.
    case finished
    /// Shutdown: the guest requested it.
    case byGuest
    /// Shutdown: a user of the host requested it.
    case byHost
    /// The guest sleeps with its memory powered.
    case toMemory
    /// The guest sleeps on its disk.
    case toDisk
    /// Crashed: the guest's kernel panicked.
    case panicked
    /// Crashed: the guest's crash kernel runs.
    case crashLoaded
    /// A detail newer than this library.
    case unknown(Int32)

    /// Takes libvirt's number, which means something only beside the change.
    package init(rawValue: Int32, of change: Change) {
      let known = Self.known(of: change)
      let index = Int(rawValue)
      self = known.indices.contains(index) ? known[index] : .unknown(rawValue)
    }

    /// In the order of libvirt's numbers, from 0.
    private static func known(of change: Change) -> [Self] {
      switch change {
      case .defined: [.added, .updated, .renamed, .fromSnapshot]
      case .undefined: [.removed, .renamed]
      case .started: [.booted, .migrated, .restored, .fromSnapshot, .wakeup]
      case .suspended:
        [
          .paused, .migrated, .ioError, .watchdog, .restored, .fromSnapshot, .apiError, .postcopy,
          .postcopyFailed,
        ]
      case .resumed: [.unpaused, .migrated, .fromSnapshot, .postcopy, .postcopyFailed]
      case .stopped: [.shutdown, .destroyed, .crashed, .migrated, .saved, .failed, .fromSnapshot]
      case .shutdown: [.finished, .byGuest, .byHost]
      case .suspendedByGuest: [.toMemory, .toDisk]
      case .crashed: [.panicked, .crashLoaded]
      case .unknown: []
      }
    }
  }
}
