internal import CLibvirt
internal import Synchronization

/// The callbacks that libvirt holds for one subscription.
final class Registrations: Sendable {
  private let connection: Connection
  private let held = Mutex<[(kind: Event.Kind, id: Int32)]>([])
  private let sink: EventSink

  /// Makes the callbacks fill `sink`, which lives at least as long as this object.
  init(connection: Connection, sink: EventSink) {
    self.connection = connection
    self.sink = sink
  }

  /// Registers one kind.
  func add(_ kind: Event.Kind) throws {
    let id = try connection.withPointer { pointer in
      switch kind {
      case .connectionClosed:
        // A driver without such events answers with success and forgets to release. So it gets no
        // reference; ours lasts until after the callback is removed, which waits for one that runs.
        // SAFETY: `sink` is alive until then.
        return try unsafe Self.register(kind, pointer, Unmanaged.passUnretained(sink).toOpaque())
      case .domainLifecycle, .domainRebooted, .deviceAdded, .deviceRemoved, .metadataChanged,
        .networkLifecycle, .poolLifecycle:
        // SAFETY: the reference belongs to libvirt if the call succeeds, else it is taken back here.
        let opaque = unsafe sink.retainedForC()
        do {
          return try unsafe Self.register(kind, pointer, opaque)
        } catch {
          unsafe eventSinkRelease(opaque)
          throw error
        }
      }
    }
    held.withLock { $0.append((kind, id)) }
  }

  /// Removes all callbacks, once; does nothing on a closed connection.
  func removeAll() {
    let removed = held.withLock { held in
      defer { held = [] }
      return held
    }
    for (kind, id) in removed {
      connection.withPointer { unsafe Self.deregister(kind, id, $0) }
    }
  }

  @unsafe private static func register(
    _ kind: Event.Kind, _ connection: OpaquePointer, _ opaque: UnsafeMutableRawPointer
  ) throws -> Int32 {
    // SAFETY: every callback has the type its shim asks for, and expects this kind of `opaque`.
    let id: Int32 =
      switch kind {
      case .domainLifecycle:
        unsafe roost_on_domain_lifecycle(connection, domainLifecycleHappened, opaque, eventSinkRelease)
      case .domainRebooted:
        unsafe roost_on_domain_reboot(connection, domainRebootHappened, opaque, eventSinkRelease)
      case .deviceAdded:
        unsafe roost_on_device_added(connection, deviceAddedHappened, opaque, eventSinkRelease)
      case .deviceRemoved:
        unsafe roost_on_device_removed(connection, deviceRemovedHappened, opaque, eventSinkRelease)
      case .metadataChanged:
        unsafe roost_on_metadata_change(connection, metadataChangeHappened, opaque, eventSinkRelease)
      case .networkLifecycle:
        unsafe roost_on_network_lifecycle(connection, networkLifecycleHappened, opaque, eventSinkRelease)
      case .poolLifecycle:
        unsafe roost_on_pool_lifecycle(connection, poolLifecycleHappened, opaque, eventSinkRelease)
      case .connectionClosed:
        unsafe virConnectRegisterCloseCallback(connection, connectionCloseHappened, opaque, nil)
      }
    return try ReturnCode.check(id, registerFunction(of: kind))
  }

  private static func registerFunction(of kind: Event.Kind) -> StaticString {
    switch kind {
    case .domainLifecycle, .domainRebooted, .deviceAdded, .deviceRemoved, .metadataChanged:
      "virConnectDomainEventRegisterAny"
    case .networkLifecycle: "virConnectNetworkEventRegisterAny"
    case .poolLifecycle: "virConnectStoragePoolEventRegisterAny"
    case .connectionClosed: "virConnectRegisterCloseCallback"
    }
  }

  @unsafe private static func deregister(_ kind: Event.Kind, _ id: Int32, _ connection: OpaquePointer) {
    // SAFETY: an id is used once, with the call that belongs to its kind.
    switch kind {
    case .domainLifecycle, .domainRebooted, .deviceAdded, .deviceRemoved, .metadataChanged:
      unsafe virConnectDomainEventDeregisterAny(connection, id)
    case .networkLifecycle:
      unsafe virConnectNetworkEventDeregisterAny(connection, id)
    case .poolLifecycle:
      unsafe virConnectStoragePoolEventDeregisterAny(connection, id)
    case .connectionClosed:
      unsafe virConnectUnregisterCloseCallback(connection, connectionCloseHappened)
    }
  }
}
