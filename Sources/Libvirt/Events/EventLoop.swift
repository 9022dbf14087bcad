internal import CLibvirt
internal import Synchronization

/// libvirt's own event loop, on one thread for the whole process.
///
/// libvirt knows a single loop, which must be registered before the first connection opens; this is why
/// the state here is the process's and not an object's.
public enum EventLoop {
  private enum State { case idle, registered, running }

  private static let state = Mutex<State>(.idle)

  /// Registers the loop and starts its thread, once; later calls do nothing.
  ///
  /// ``Connection/open(uri:readOnly:)`` calls it too. libvirt's habit of printing errors to stderr ends
  /// with the first call.
  public static func start() throws {
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
