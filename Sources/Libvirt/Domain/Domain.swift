internal import CLibvirt

/// A domain of one connection: libvirt's term for a virtual machine on a host.
///
/// The handle stays valid when the domain is gone; calls then throw `noDomain`. It keeps its connection open. Unless
/// stated otherwise a call blocks until the daemon answers.
@safe package final class Domain: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  /// The connection it was found through.
  package let connection: Connection
  /// Its name and UUID when the handle was made.
  package let identity: Identity

  /// Takes ownership of one reference, even if it throws.
  @unsafe init(owning pointer: OpaquePointer, of connection: Connection) throws {
    do {
      identity = try unsafe Identity(domain: pointer)
    } catch {
      unsafe virDomainFree(pointer)
      throw error
    }
    unsafe self.pointer = unsafe pointer
    self.connection = connection
  }

  deinit {
    // SAFETY: the one reference we hold; frees memory of this process only.
    unsafe virDomainFree(pointer)
  }

  /// Its name when the handle was made.
  package var name: String { identity.name }

  /// Its UUID, 36 characters in lower case.
  package var uuid: String { identity.uuid }

  /// The hypervisor's number for it while it ran when the handle was made, else nil; sends nothing.
  package var id: UInt32? {
    // SAFETY: passes the handle alone.
    let id = withPointer { unsafe virDomainGetID($0) }
    return id == .max ? nil : id
  }
}
