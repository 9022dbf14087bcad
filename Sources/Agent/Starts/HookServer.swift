internal import Dispatch
internal import Fleet
internal import Foundation
internal import Logging
internal import Synchronization

/// Serves the agent's socket for libvirt's hook, on threads that libvirt calls never use.
final class HookServer: Sendable {
  /// The most hooks served at a time; further ones wait in the socket's queue or are turned away.
  private static let limit = 128
  /// The longest time for a hook to send its question, in milliseconds.
  private static let readMilliseconds: Int64 = 400

  private let path: String
  private let responder: HookResponder
  private let logger: Logger
  private let stopwatch: HookSocket.Stopwatch
  private let accepting = DispatchQueue(label: "roost.hook.accept")
  private let serving = DispatchQueue(label: "roost.hook.serve", attributes: .concurrent)
  private let load = Mutex(0)

  init(path: String, responder: HookResponder, logger: Logger, stopwatch: @escaping HookSocket.Stopwatch) {
    self.path = path
    self.responder = responder
    self.logger = logger
    self.stopwatch = stopwatch
  }

  /// Serves until the task is cancelled; if the socket can't be made, the agent runs without it and the hook gets no
  /// answer.
  func run() async {
    let listener: Int32
    do {
      listener = try listen()
    } catch {
      logger.error("libvirt's hook can't be served: \(FleetError(agent: error))")
      return
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        accepting.async { [self] in
          accept(from: listener)
          continuation.resume()
        }
      }
    } onCancel: {
      shutdown(listener, Int32(SHUT_RDWR))
    }
    unlink(path)
    close(listener)
  }

  /// Makes the socket, which only this user and root may open.
  private func listen() throws -> Int32 {
    let address = try UnixAddress(path)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw HostFile.failure("cannot be made", path, errno) }
    // The state directory's lock keeps a second agent out, so an existing socket is a leftover.
    unlink(path)
    guard address.with({ bind(descriptor, $0, $1) }) == 0, chmod(path, 0o600) == 0,
      // BOUNDED: a constant.
      Foundation.listen(descriptor, Int32(Self.limit)) == 0
    else {
      let number = errno
      close(descriptor)
      throw HostFile.failure("cannot be listened on", path, number)
    }
    return descriptor
  }

  private func accept(from listener: Int32) {
    while true {
      let descriptor = Foundation.accept(listener, nil, nil)
      guard descriptor >= 0 else {
        if [EINTR, ECONNABORTED].contains(errno) { continue }
        // Shut down: the agent ends.
        guard errno != EINVAL else { return }
        logger.error("libvirt's hook can't be served at the moment: \(String(cString: strerror(errno)))")
        _ = poll(nil, 0, 500)
        continue
      }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      let peer = HookSocket(owning: descriptor, stopwatch)
      guard isTrusted(descriptor),
        load.withLock({ load in
          guard load < Self.limit else { return false }
          load += 1
          return true
        })
      else { continue }
      serving.async { [self] in serve(peer) }
    }
  }

  /// True for root and for this user.
  private func isTrusted(_ descriptor: Int32) -> Bool {
    // The system's `struct ucred`: process, user and group.
    var credentials: [UInt32] = [0, .max, .max]
    // BOUNDED: three numbers.
    var size = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
    let status = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
    // BOUNDED: three numbers.
    return status == 0 && (credentials[1] == 0 || credentials[1] == geteuid())
  }

  private func serve(_ peer: HookSocket) {
    // BOUNDED: milliseconds since the machine began.
    let deadline = stopwatch() + Self.readMilliseconds
    let question: HookQuestion
    do {
      question = try peer.readFrame(HookQuestion.self, by: deadline)
    } catch {
      logger.debug("a hook's question can't be read: \(FleetError(agent: error))")
      return done()
    }
    Task {
      let answer = await responder.answer(question)
      // An answer fits the socket's buffer: this never waits.
      try? peer.write(HookFrame.bytes(answer), by: stopwatch())
      done()
    }
  }

  private func done() { load.withLock { $0 -= 1 } }
}
