internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent and numbers on the stack that
// libvirt fills before it returns.
extension Domain {
  /// Its state and the reason for it.
  package func status() throws -> DomainStatus {
    var state: Int32 = 0
    var reason: Int32 = 0
    try call("virDomainGetState") { unsafe virDomainGetState($0, &state, &reason, 0) }
    return DomainStatus(rawState: state, rawReason: reason)
  }

  /// Whether it runs, paused or not.
  package func isActive() throws -> Bool {
    try call("virDomainIsActive") { unsafe virDomainIsActive($0) } == 1
  }

  /// Whether its definition stays when it stops.
  package func isPersistent() throws -> Bool {
    try call("virDomainIsPersistent") { unsafe virDomainIsPersistent($0) } == 1
  }

  /// Whether it starts with the host.
  package func autostart() throws -> Bool {
    try flag("virDomainGetAutostart") { unsafe virDomainGetAutostart($0, $1) }
  }

  /// Sets whether it starts with the host; throws `operationInvalid` if it is not persistent.
  package func setAutostart(_ enabled: Bool) throws {
    try call("virDomainSetAutostart") { unsafe virDomainSetAutostart($0, enabled ? 1 : 0) }
  }

  /// True if its next start will restore a saved state.
  package func hasManagedSave() throws -> Bool {
    try call("virDomainHasManagedSaveImage") { unsafe virDomainHasManagedSaveImage($0, 0) } == 1
  }

  /// Its state, memory, processors and time used.
  package func info() throws -> DomainInfo {
    var info = virDomainInfo()
    try call("virDomainGetInfo") { unsafe virDomainGetInfo($0, &info) }
    return DomainInfo(
      state: DomainState(rawValue: Int32(info.state)), maximumMemoryBytes: UInt64(kibibytes: info.maxMem),
      memoryBytes: UInt64(kibibytes: info.memory), vcpus: Int(info.nrVirtCpu),
      cpuTimeNanoseconds: info.cpuTime)
  }
}

/// A domain's state and sizes; corresponds to `virDomainInfo`.
package struct DomainInfo: Sendable, Hashable {
  /// What it does.
  package let state: DomainState
  /// The most memory it may have.
  package let maximumMemoryBytes: UInt64
  /// The memory it has now.
  package let memoryBytes: UInt64
  /// The processors it has now.
  package let vcpus: Int
  /// Processor time used since it started.
  package let cpuTimeNanoseconds: UInt64
}
