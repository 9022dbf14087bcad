internal import CLibvirt
internal import Synchronization

/// libvirt's event loop, on one thread for the whole process.
///
/// libvirt has a single loop, which must be registered before the first connection opens, so its state belongs to the
/// process and not to an object.
package enum EventLoop {
  private enum State { case idle, registered, running }

  private static let state = Mutex<State>(.idle)

  /// Registers the loop and starts its thread, once; later calls do nothing.
  ///
  /// ``Connection/open(uri:readOnly:)`` calls it too. The first call also stops libvirt from printing errors to stderr.
  package static func start() throws {
    try state.withLock { state in
      if state == .idle {
        // SAFETY: the handler is a free function that touches nothing.
        unsafe virSetErrorFunc(nil, ignoreError)
        try ReturnCode.check(virInitialize(), "virInitialize")
        try ReturnCode.check(virEventRegisterDefaultImpl(), "virEventRegisterDefaultImpl")
        state = .registered
      }
      if state == .registered {
        do throws(DedicatedThread.Unavailable) {
          try DedicatedThread.start("libvirt-events") { turnForever() }
        } catch {
          throw LibvirtError(
            code: .systemError, message: "cannot start the event thread (errno \(error.errorNumber))",
            function: "pthread_create")
        }
        state = .running
      }
    }
  }

  private static func turnForever() {
    while true {
      // A turn fails only if poll itself does; then do not spin.
      if virEventRunDefaultImpl() < 0 { DedicatedThread.pause(milliseconds: 100) }
    }
  }
}

// Errors reach the caller as Swift errors.
private func ignoreError(_: UnsafeMutableRawPointer?, _: virErrorPtr?) {}

extension EventLoop {
  /// Work for the event thread, with a signal that it is done.
  private final class Errand: Sendable {
    let body: @Sendable () -> Void
    let done = Semaphore()

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on the event thread, between callbacks, and waits for it.
  ///
  /// A callback that `body` removes cannot be running. Must not be called on the event thread itself, and `body` must
  /// not block.
  static func perform(_ body: @escaping @Sendable () -> Void) {
    let errand = Errand(body)
    // SAFETY: the reference belongs to the timer, which releases it once removed, or is taken back here.
    let opaque = unsafe Unmanaged.passRetained(errand).toOpaque()
    if unsafe virEventAddTimeout(0, errandIsDue, opaque, errandRelease) < 0 {
      unsafe errandRelease(opaque)
      body()
    } else {
      errand.done.wait()
    }
  }

  // SAFETY, for both: `opaque` is the errand whose reference the timer holds.
  @unsafe fileprivate static func run(_ opaque: UnsafeMutableRawPointer) {
    let errand = unsafe Unmanaged<Errand>.fromOpaque(opaque).takeUnretainedValue()
    errand.body()
    errand.done.signal()
  }

  @unsafe fileprivate static func release(_ opaque: UnsafeMutableRawPointer) {
    unsafe Unmanaged<Errand>.fromOpaque(opaque).release()
  }
}

private func errandIsDue(_ timer: Int32, _ opaque: UnsafeMutableRawPointer?) {
  // A timer repeats until it is removed.
  virEventRemoveTimeout(timer)
  guard let opaque = unsafe opaque else { return }
  unsafe EventLoop.run(opaque)
}

private func errandRelease(_ opaque: UnsafeMutableRawPointer?) {
  guard let opaque = unsafe opaque else { return }
  unsafe EventLoop.release(opaque)
}
