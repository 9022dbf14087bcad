internal import CLibvirt
internal import Glibc

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
    // SAFETY: nobody waits, since whoever waits holds a reference.
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Lets one waiter through, now or later.
  func signal() {
    unsafe sem_post(semaphore)
  }

  /// Waits for a signal.
  func wait() {
    while unsafe sem_wait(semaphore) != 0 && errno == EINTR {}
  }

  /// Waits for a signal at most so long; false if none came.
  func wait(milliseconds: Int) -> Bool {
    unsafe roost_semaphore_wait(semaphore, milliseconds) == 1
  }
}
