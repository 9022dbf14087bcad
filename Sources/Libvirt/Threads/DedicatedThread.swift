internal import CLibvirt
internal import Glibc

/// A thread of the operating system, for work that blocks and must not use Swift's own few threads.
enum DedicatedThread {
  /// The work of the thread; C passes the box to the thread, which takes it out once.
  private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// The system can't start another thread.
  struct Unavailable: Error {
    let errorNumber: Int32
  }

  /// Starts a detached thread that ends with `body`.
  ///
  /// `name` is cut to the 15 bytes that Linux keeps.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(Unavailable) {
    let work = unsafe Unmanaged.passRetained(Work(name: name, body))
    var thread = pthread_t()
    // SAFETY: the thread takes the one reference retained above; if there is no thread, we do.
    let status = unsafe pthread_create(&thread, nil, threadMain, work.toOpaque())
    guard status == 0 else {
      unsafe work.release()
      throw Unavailable(errorNumber: status)
    }
    pthread_detach(thread)
  }

  /// Runs `body` on a thread of its own, or on this one if the system can't start another.
  static func runApart(_ name: String, _ body: @escaping @Sendable () -> Void) {
    do { try start(name, body) } catch { body() }
  }

  /// Sleeps the calling thread.
  static func pause(milliseconds: Int32) {
    _ = poll(nil, 0, milliseconds)
  }

  fileprivate static func run(_ opaque: UnsafeMutableRawPointer?) {
    guard let opaque = unsafe opaque else { return }
    // SAFETY: `start` passed exactly this, retained once; the system copies the name.
    let work = unsafe Unmanaged<Work>.fromOpaque(opaque).takeRetainedValue()
    unsafe roost_thread_name(String(decoding: work.name.utf8.prefix(15), as: UTF8.self))
    work.body()
  }
}

private func threadMain(_ opaque: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  unsafe DedicatedThread.run(opaque)
  return nil
}

/// A counting semaphore between threads that may block.
@safe final class Semaphore: Sendable {
  // SAFETY: allocated and freed here; POSIX semaphores are made for many threads.
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe semaphore.initialize(to: sem_t())
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    // SAFETY: no thread waits, since each waiting thread holds a reference.
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Wakes one waiter, now or later.
  func signal() {
    unsafe sem_post(semaphore)
  }

  /// Waits for a signal.
  func wait() {
    while unsafe sem_wait(semaphore) != 0 && errno == EINTR {}
  }

  /// Waits for a signal for a limited time; false if none came.
  func wait(milliseconds: Int) -> Bool {
    unsafe roost_semaphore_wait(semaphore, milliseconds) == 1
  }
}
