internal import CLibvirt

/// A virtual network of one connection.
///
/// Keeps its connection open. Unless said otherwise a call blocks until the daemon answers, and throws
/// `noNetwork` once the network is gone.
@safe public final class Network: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  /// The connection it was found through.
  public let connection: Connection
  /// Its name and UUID.
  public let identity: Identity

  /// Takes over one reference, also if it throws.
  @unsafe init(owning pointer: OpaquePointer, of connection: Connection) throws {
    do {
      identity = try unsafe Identity(network: pointer)
    } catch {
      unsafe virNetworkFree(pointer)
      throw error
    }
    unsafe self.pointer = unsafe pointer
    self.connection = connection
  }

  deinit {
    // SAFETY: the one reference we hold; frees memory of this process only.
    unsafe virNetworkFree(pointer)
  }

  /// Its name.
  public var name: String { identity.name }

  /// Its UUID, 36 characters in lower case.
  public var uuid: String { identity.uuid }
}

// SAFETY, for the closures below: each passes the handle it is lent and numbers.
extension Network {
  /// Whether it is started.
  public func isActive() throws -> Bool {
    try call("virNetworkIsActive") { unsafe virNetworkIsActive($0) } == 1
  }

  /// Whether its definition stays when it stops.
  public func isPersistent() throws -> Bool {
    try call("virNetworkIsPersistent") { unsafe virNetworkIsPersistent($0) } == 1
  }

  /// Whether it starts with the host.
  public func autostart() throws -> Bool {
    try flag("virNetworkGetAutostart") { unsafe virNetworkGetAutostart($0, $1) }
  }

  /// Says whether it starts with the host.
  public func setAutostart(_ enabled: Bool) throws {
    try call("virNetworkSetAutostart") { unsafe virNetworkSetAutostart($0, enabled ? 1 : 0) }
  }

  /// Its bridge on the host; throws `internalError` if it is of a kind without one.
  public func bridge() throws -> String {
    try text("virNetworkGetBridgeName") { unsafe virNetworkGetBridgeName($0) }
  }

  /// Its description as a `<network>` document.
  public func xml(inactive: Bool = false) throws -> String {
    let flags = inactive ? VIR_NETWORK_XML_INACTIVE.rawValue : 0
    return try text("virNetworkGetXMLDesc") { unsafe virNetworkGetXMLDesc($0, flags) }
  }

  /// Starts it; throws `operationInvalid` if it is started.
  public func create() throws {
    try call("virNetworkCreate") { unsafe virNetworkCreate($0) }
  }

  /// Stops it, also under the domains that use it; throws `operationInvalid` if it is not started.
  public func destroy() throws {
    try call("virNetworkDestroy") { unsafe virNetworkDestroy($0) }
  }

  /// Drops its definition.
  public func undefine() throws {
    try call("virNetworkUndefine") { unsafe virNetworkUndefine($0) }
  }
}
