internal import CLibvirt
internal import Synchronization

/// The two-way byte stream of a domain's console.
///
/// One thread may receive while another sends; both block, so give each a thread of its own. It keeps its
/// domain. Corresponds to `virDomainOpenConsole`,
/// <https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainOpenConsole>.
@safe package final class ConsoleStream: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  /// The domain whose console it is.
  package let domain: Domain

  let signal = ConsoleSignal()
  private let ended = Mutex(false)

  fileprivate init(_ device: String?, force: Bool, of domain: Domain) throws {
    // SAFETY: the new reference is ours at once; deinit gives it back from here on.
    unsafe self.pointer = try domain.connection.withPointer {
      try unsafe ReturnCode.check(virStreamNew($0, VIR_STREAM_NONBLOCK.rawValue), "virStreamNew")
    }
    self.domain = domain
    let flags = force ? VIR_DOMAIN_CONSOLE_FORCE.rawValue : 0
    do {
      try domain.call("virDomainOpenConsole") { unsafe virDomainOpenConsole($0, device, pointer, flags) }
    } catch {
      ended.withLock { $0 = true }
      throw error
    }
    try withPointer { try unsafe signal.attach(to: $0) }
  }

  deinit {
    let isEnded = ended.withLock { $0 }
    let signal = signal
    let domain = domain
    nonisolated(unsafe) let pointer = unsafe self.pointer
    // SAFETY: the last reference of ours. Aborting may have to wait for the daemon.
    let close: @Sendable () -> Void = {
      withExtendedLifetime(domain) {
        if !isEnded {
          EventLoop.perform { unsafe signal.detach(from: pointer) }
          _ = unsafe virStreamAbort(pointer)
        }
        _ = unsafe virStreamFree(pointer)
      }
    }
    if isEnded { close() } else { DedicatedThread.runApart("libvirt-console", close) }
  }

  /// Waits for bytes, at least one and at most `maxBytes`; nil when the console has ended.
  package func receive(maxBytes: Int = 16 * 1024) throws -> [UInt8]? {
    let capacity = min(max(1, maxBytes), 256 * 1024)
    while !isEnded {
      var received = 0
      // SAFETY: the buffer holds `capacity` bytes, of which libvirt fills `received`.
      let bytes = withPointer { pointer in
        unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
          received = unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
            Int(unsafe virStreamRecv(pointer, buffer.baseAddress, capacity))
          }
          count = min(max(0, received), capacity)
        }
      }
      switch received {
      case 1...: return bytes
      case 0: return nil
      case Self.wouldBlock: try waitUntilReady(.receive)
      default: try failUnlessEnded("virStreamRecv")
      }
    }
    return nil
  }

  /// Sends all bytes, waiting for room; throws `operationAborted` if the console ends meanwhile.
  package func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      guard !isEnded else {
        throw LibvirtError(
          code: .operationAborted, domain: .streams, message: "the console has ended", function: "virStreamSend")
      }
      // SAFETY: libvirt reads at most the bytes that are left, and copies them.
      let count = withPointer { pointer in
        unsafe bytes[sent...].withUnsafeBytes { rest in
          Int(unsafe virStreamSend(pointer, rest.bindMemory(to: CChar.self).baseAddress, rest.count))
        }
      }
      switch count {
      case 0...: sent += count
      case Self.wouldBlock: try waitUntilReady(.send)
      default: try failUnlessEnded("virStreamSend")
      }
    }
  }

  /// Ends the console after everything sent has arrived; a waiting ``receive(maxBytes:)`` returns nil.
  package func finish() throws {
    try end("virStreamFinish") { unsafe virStreamFinish($0) }
  }

  /// Ends the console at once; a waiting ``receive(maxBytes:)`` returns nil.
  package func abort() throws {
    try end("virStreamAbort") { unsafe virStreamAbort($0) }
  }

  /// libvirt's return value for "not now".
  private static let wouldBlock = -2

  private var isEnded: Bool { ended.withLock { $0 } }

  @safe private func end(_ function: StaticString, _ body: (OpaquePointer) -> Int32) throws {
    let isFirst = ended.withLock { ended in
      defer { ended = true }
      return !ended
    }
    guard isFirst else { return }
    defer { signal.wakeAll() }
    EventLoop.perform { self.withPointer { unsafe self.signal.detach(from: $0) } }
    try call(function, body)
  }

  private func waitUntilReady(_ direction: ConsoleSignal.Direction) throws {
    signal.ask(direction, self)
    signal.wait(direction)
    guard domain.connection.isAlive else {
      throw LibvirtError(
        code: .invalidConnection, domain: .streams, message: "the connection of the console is gone",
        function: "virStreamRecv")
    }
  }

  /// After this side has ended the stream, calls return an error that means nothing to the other user.
  private func failUnlessEnded(_ function: StaticString) throws {
    do { try ReturnCode.check(-1, function) } catch { if !isEnded { throw error } }
  }
}

extension Domain {
  /// Opens a console; nil takes the first.
  ///
  /// Blocks. With `force`, the present user is disconnected. Throws `operationFailed` if there is one and `force` is
  /// off, `internalError` if there is no such console, `operationInvalid` if the domain does not run.
  package func openConsole(device: String? = nil, force: Bool = false) throws -> ConsoleStream {
    let device = try device.map { try ReturnCode.whole($0, "virDomainOpenConsole") }
    return try ConsoleStream(device, force: force, of: self)
  }
}
