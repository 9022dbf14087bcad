/// Something that happened at the other end of a connection.
///
/// Events are hints to look again: they may come late, and ``overflow(lost:)`` says that some never come.
public enum Event: Sendable, Hashable {
  /// A domain was defined, started, stopped or the like.
  case domainLifecycle(Identity, DomainLifecycle)
  /// A guest booted again by itself.
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
  /// So many events found no room and are lost: everything must be looked at anew.
  case overflow(lost: Int)

  /// The kinds a subscription can ask for.
  public enum Kind: Sendable, Hashable, CaseIterable {
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
