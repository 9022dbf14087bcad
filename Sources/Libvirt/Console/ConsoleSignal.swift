internal import CLibvirt
internal import Synchronization

/// Wakes a console's reader and writer when libvirt's callback reports that the stream is ready.
final class ConsoleSignal: Sendable {
  /// One direction of a console.
  enum Direction: Sendable {
    case receive, send

    var event: Int32 {
      switch self {
      case .receive: Int32(VIR_STREAM_EVENT_READABLE.rawValue)
      case .send: Int32(VIR_STREAM_EVENT_WRITABLE.rawValue)
      }
    }
  }

  private let readable = Semaphore()
  private let writable = Semaphore()
  /// The events that libvirt shall report; nil while there is no callback.
  private let interest = Mutex<Int32?>(nil)

  /// Asks libvirt to report when a direction is ready.
  func ask(_ direction: Direction, _ stream: ConsoleStream) {
    interest.withLock { interest in
      guard let before = interest else { return }
      interest = before | direction.event
      // SAFETY: passes the handle alone.
      stream.withPointer { _ = unsafe virStreamEventUpdateCallback($0, before | direction.event) }
    }
  }

  /// Waits for a report, or a second at most, because a lost stream may report nothing.
  func wait(_ direction: Direction) {
    switch direction {
    case .receive: _ = readable.wait(milliseconds: 1000)
    case .send: _ = writable.wait(milliseconds: 1000)
    }
  }

  /// Wakes reader and writer, which then find out what happened.
  func wakeAll() {
    readable.signal()
    writable.signal()
  }

  /// Adds the callback to a stream.
  ///
  /// libvirt's client never calls a stream's free function, so it gets none; ``detach(from:)`` releases the reference.
  @unsafe func attach(to stream: OpaquePointer) throws {
    // SAFETY: the reference lasts until `detach`, or is taken back here.
    let opaque = unsafe Unmanaged.passRetained(self).toOpaque()
    do {
      try unsafe ReturnCode.check(
        virStreamEventAddCallback(stream, 0, consoleHappened, opaque, nil), "virStreamEventAddCallback")
    } catch {
      unsafe Unmanaged<ConsoleSignal>.fromOpaque(opaque).release()
      throw error
    }
    interest.withLock { $0 = 0 }
  }

  /// Removes the callback, once; on the event thread, so that it is not running.
  @unsafe func detach(from stream: OpaquePointer) {
    let isAttached = interest.withLock { interest in
      defer { interest = nil }
      return interest != nil
    }
    guard isAttached else { return }
    // SAFETY: the caller lends a live stream, and nobody else holds the reference of `attach` now.
    unsafe virStreamEventRemoveCallback(stream)
    unsafe Unmanaged.passUnretained(self).release()
  }

  /// Handles the events that libvirt reports. Each is requested again separately, since libvirt would repeat it for as
  /// long as it holds.
  fileprivate func tell(_ events: Int32, _ stream: OpaquePointer) {
    let troubles = Int32(VIR_STREAM_EVENT_ERROR.rawValue | VIR_STREAM_EVENT_HANGUP.rawValue)
    if events & troubles != 0 {
      unsafe detach(from: stream)
      wakeAll()
      return
    }
    interest.withLock { interest in
      guard let before = interest else { return }
      interest = before & ~events
      // SAFETY: libvirt lends its live stream.
      unsafe virStreamEventUpdateCallback(stream, before & ~events)
    }
    if events & Direction.receive.event != 0 { readable.signal() }
    if events & Direction.send.event != 0 { writable.signal() }
  }
}

// SAFETY: `opaque` is the signal that `attach` retained and `detach` has not yet released.
func consoleHappened(_ stream: OpaquePointer?, _ events: Int32, _ opaque: UnsafeMutableRawPointer?) {
  guard let stream = unsafe stream, let opaque = unsafe opaque else { return }
  unsafe Unmanaged<ConsoleSignal>.fromOpaque(opaque).takeUnretainedValue().tell(events, stream)
}
