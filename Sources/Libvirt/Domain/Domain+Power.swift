internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent and numbers.
extension Domain {
  /// How to start; corresponds to `virDomainCreateFlags`.
  package struct StartFlags: OptionSet, Sendable {
    /// libvirt's bits.
    package let rawValue: UInt32

    /// Takes libvirt's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Leave the vCPUs paused.
    package static let paused = StartFlags(rawValue: VIR_DOMAIN_START_PAUSED.rawValue)
    /// Bypass the page cache during a restore.
    package static let bypassCache = StartFlags(rawValue: VIR_DOMAIN_START_BYPASS_CACHE.rawValue)
    /// Boot, and discard a saved state.
    package static let forceBoot = StartFlags(rawValue: VIR_DOMAIN_START_FORCE_BOOT.rawValue)
  }

  /// The means to shut down or reboot a guest; libvirt tries several in its own order.
  package struct ShutdownMeans: OptionSet, Sendable {
    /// libvirt's bits.
    package let rawValue: UInt32

    /// Takes libvirt's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The hypervisor's choice.
    package static let automatic: ShutdownMeans = []
    /// The power button.
    package static let acpi = ShutdownMeans(rawValue: VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN.rawValue)
    /// The agent in the guest.
    package static let guestAgent = ShutdownMeans(rawValue: VIR_DOMAIN_SHUTDOWN_GUEST_AGENT.rawValue)
  }

  /// Starts it; throws `operationInvalid` if it runs, `hookScriptFailed` if the host's hook refuses.
  package func create(_ flags: StartFlags = []) throws {
    try call("virDomainCreateWithFlags") { unsafe virDomainCreateWithFlags($0, flags.rawValue) }
  }

  /// Cuts its power; throws `operationInvalid` if it does not run.
  ///
  /// With `graceful`, fails instead of killing a process that does not end by itself.
  package func destroy(graceful: Bool = false) throws {
    let flags = graceful ? VIR_DOMAIN_DESTROY_GRACEFUL.rawValue : 0
    try call("virDomainDestroyFlags") { unsafe virDomainDestroyFlags($0, flags) }
  }

  /// Asks the guest to shut down; returns before it does, and the guest may ignore it.
  package func shutdown(by means: ShutdownMeans = .automatic) throws {
    try call("virDomainShutdownFlags") { unsafe virDomainShutdownFlags($0, means.rawValue) }
  }

  /// Asks the guest to reboot; returns before it does, and the guest may ignore it.
  package func reboot(by means: ShutdownMeans = .automatic) throws {
    try call("virDomainReboot") { unsafe virDomainReboot($0, means.rawValue) }
  }

  /// Presses its reset button.
  package func reset() throws {
    try call("virDomainReset") { unsafe virDomainReset($0, 0) }
  }

  /// Pauses its vCPUs.
  package func suspend() throws {
    try call("virDomainSuspend") { unsafe virDomainSuspend($0) }
  }

  /// Resumes its vCPUs.
  package func resume() throws {
    try call("virDomainResume") { unsafe virDomainResume($0) }
  }
}
