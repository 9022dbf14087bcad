internal import CLibvirt

/// An event that a connection reports.
///
/// An event is a hint to look again: it may come late, and ``overflow(lost:)`` reports that some were lost.
package enum Event: Sendable, Hashable {
  /// A domain was defined, started, stopped or the like.
  case domainLifecycle(Identity, DomainLifecycle)
  /// A guest rebooted by itself.
  case domainRebooted(Identity)
  /// A device was added to a running domain, by libvirt's alias.
  case deviceAdded(Identity, alias: String)
  /// A device left a running domain, by libvirt's alias.
  case deviceRemoved(Identity, alias: String)
  /// The metadata under a namespace changed; nil means the title or description.
  case metadataChanged(Identity, namespace: String?)
  /// A network was defined, started, stopped or undefined.
  case networkLifecycle(Identity, NetworkLifecycle)
  /// A storage pool was defined, started, stopped or the like.
  case poolLifecycle(Identity, PoolLifecycle)
  /// The connection is gone, and the stream ends after this.
  case connectionClosed(CloseReason)
  /// This many events were lost because the buffer was full: everything must be read again.
  case overflow(lost: Int)

  /// The kinds a subscription can ask for.
  package enum Kind: Sendable, Hashable, CaseIterable {
    /// ``Event/domainLifecycle(_:_:)``.
    case domainLifecycle
    /// ``Event/domainRebooted(_:)``.
    case domainRebooted
    /// ``Event/deviceAdded(_:alias:)``.
    case deviceAdded
    /// ``Event/deviceRemoved(_:alias:)``.
    case deviceRemoved
    /// ``Event/metadataChanged(_:namespace:)``.
    case metadataChanged
    /// ``Event/networkLifecycle(_:_:)``.
    case networkLifecycle
    /// ``Event/poolLifecycle(_:_:)``.
    case poolLifecycle
    /// ``Event/connectionClosed(_:)``.
    case connectionClosed
  }
}

/// What happened to a network; corresponds to `virNetworkEventLifecycleType`.
package enum NetworkLifecycle: Sendable, Hashable {
  /// Its definition was saved or changed.
  case defined
  /// Its definition was removed.
  case undefined
  /// It was started.
  case started
  /// It was stopped.
  case stopped
  /// A change newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  package init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_NETWORK_EVENT_DEFINED.rawValue: self = .defined
    case VIR_NETWORK_EVENT_UNDEFINED.rawValue: self = .undefined
    case VIR_NETWORK_EVENT_STARTED.rawValue: self = .started
    case VIR_NETWORK_EVENT_STOPPED.rawValue: self = .stopped
    default: self = .unknown(rawValue)
    }
  }
}

/// What happened to a storage pool; corresponds to `virStoragePoolEventLifecycleType`.
package enum PoolLifecycle: Sendable, Hashable {
  /// Its definition was saved or changed.
  case defined
  /// Its definition was removed.
  case undefined
  /// It was started.
  case started
  /// It was stopped.
  case stopped
  /// The storage behind it was made.
  case created
  /// The storage behind it was deleted.
  case deleted
  /// A change newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  package init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_STORAGE_POOL_EVENT_DEFINED.rawValue: self = .defined
    case VIR_STORAGE_POOL_EVENT_UNDEFINED.rawValue: self = .undefined
    case VIR_STORAGE_POOL_EVENT_STARTED.rawValue: self = .started
    case VIR_STORAGE_POOL_EVENT_STOPPED.rawValue: self = .stopped
    case VIR_STORAGE_POOL_EVENT_CREATED.rawValue: self = .created
    case VIR_STORAGE_POOL_EVENT_DELETED.rawValue: self = .deleted
    default: self = .unknown(rawValue)
    }
  }
}

/// Why a connection closed; corresponds to `virConnectCloseReason`.
package enum CloseReason: Sendable, Hashable {
  /// Reading or writing failed.
  case error
  /// The daemon closed its end: it stopped, or restarts.
  case endOfFile
  /// The daemon stayed silent for longer than the keepalive allows.
  case keepAlive
  /// This side closed it.
  case client
  /// A reason newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  package init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_CONNECT_CLOSE_REASON_ERROR.rawValue: self = .error
    case VIR_CONNECT_CLOSE_REASON_EOF.rawValue: self = .endOfFile
    case VIR_CONNECT_CLOSE_REASON_KEEPALIVE.rawValue: self = .keepAlive
    case VIR_CONNECT_CLOSE_REASON_CLIENT.rawValue: self = .client
    default: self = .unknown(rawValue)
    }
  }
}
