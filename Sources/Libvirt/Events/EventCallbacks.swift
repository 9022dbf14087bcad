// The callbacks that libvirt calls on its event thread. They are free functions that belong to no actor; each unwraps
// its sink and yields, and never calls the daemon.
//
// SAFETY, for all of them: `opaque` is the sink that `Registrations` gave to libvirt and that lives until the
// registration is removed; objects and texts are lent for the call, and copied.

extension EventSink {
  /// Retains a reference for C; `eventSinkRelease` releases it.
  @unsafe func retainedForC() -> UnsafeMutableRawPointer {
    unsafe Unmanaged.passRetained(self).toOpaque()
  }

  @unsafe fileprivate static func lent(_ opaque: UnsafeMutableRawPointer?) -> EventSink? {
    unsafe opaque.map { unsafe Unmanaged<EventSink>.fromOpaque($0).takeUnretainedValue() }
  }
}

func eventSinkRelease(_ opaque: UnsafeMutableRawPointer?) {
  guard let opaque = unsafe opaque else { return }
  unsafe Unmanaged<EventSink>.fromOpaque(opaque).release()
}

@unsafe private func identity(of domain: OpaquePointer?) -> Identity? {
  unsafe domain.flatMap { try? unsafe Identity(domain: $0) }
}

@unsafe private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
  unsafe pointer.map { unsafe String(cString: $0) }
}

func domainLifecycleHappened(
  _: OpaquePointer?, _ domain: OpaquePointer?, _ event: Int32, _ detail: Int32,
  _ opaque: UnsafeMutableRawPointer?
) -> Int32 {
  guard let sink = unsafe EventSink.lent(opaque), let domain = unsafe identity(of: domain) else { return 0 }
  sink.yield(.domainLifecycle(domain, DomainLifecycle(rawEvent: event, rawDetail: detail)))
  return 0
}

func domainRebootHappened(
  _: OpaquePointer?, _ domain: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?
) {
  guard let sink = unsafe EventSink.lent(opaque), let domain = unsafe identity(of: domain) else { return }
  sink.yield(.domainRebooted(domain))
}

func deviceAddedHappened(
  _: OpaquePointer?, _ domain: OpaquePointer?, _ alias: UnsafePointer<CChar>?,
  _ opaque: UnsafeMutableRawPointer?
) {
  guard let sink = unsafe EventSink.lent(opaque), let domain = unsafe identity(of: domain) else { return }
  sink.yield(.deviceAdded(domain, alias: unsafe text(alias) ?? ""))
}

func deviceRemovedHappened(
  _: OpaquePointer?, _ domain: OpaquePointer?, _ alias: UnsafePointer<CChar>?,
  _ opaque: UnsafeMutableRawPointer?
) {
  guard let sink = unsafe EventSink.lent(opaque), let domain = unsafe identity(of: domain) else { return }
  sink.yield(.deviceRemoved(domain, alias: unsafe text(alias) ?? ""))
}

func metadataChangeHappened(
  _: OpaquePointer?, _ domain: OpaquePointer?, _: Int32, _ namespace: UnsafePointer<CChar>?,
  _ opaque: UnsafeMutableRawPointer?
) {
  guard let sink = unsafe EventSink.lent(opaque), let domain = unsafe identity(of: domain) else { return }
  sink.yield(.metadataChanged(domain, namespace: unsafe text(namespace)))
}

func networkLifecycleHappened(
  _: OpaquePointer?, _ network: OpaquePointer?, _ event: Int32, _: Int32,
  _ opaque: UnsafeMutableRawPointer?
) {
  guard let sink = unsafe EventSink.lent(opaque), let network = unsafe network else { return }
  guard let identity = try? unsafe Identity(network: network) else { return }
  sink.yield(.networkLifecycle(identity, NetworkLifecycle(rawValue: event)))
}

func poolLifecycleHappened(
  _: OpaquePointer?, _ pool: OpaquePointer?, _ event: Int32, _: Int32,
  _ opaque: UnsafeMutableRawPointer?
) {
  guard let sink = unsafe EventSink.lent(opaque), let pool = unsafe pool else { return }
  guard let identity = try? unsafe Identity(pool: pool) else { return }
  sink.yield(.poolLifecycle(identity, PoolLifecycle(rawValue: event)))
}

func connectionCloseHappened(_: OpaquePointer?, _ reason: Int32, _ opaque: UnsafeMutableRawPointer?) {
  guard let sink = unsafe EventSink.lent(opaque) else { return }
  sink.yield(.connectionClosed(CloseReason(rawValue: reason)))
  sink.finish()
}
