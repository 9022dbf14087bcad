import Foundation
import Synchronization

/// A program that was started: its process and what it writes.
package final class Program: Sendable {
  /// Why a program could not be started.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// What became of one that has ended.
  package struct Outcome: Sendable {
    /// Its exit status; a signal's number and 128 if a signal ended it.
    package let status: Int32
    /// How long it took from its start to its end.
    package let whole: Duration
    /// How long it took until more than two bytes of output were read; nil if there never were.
    package let first: Duration?
    /// The processor time that it used.
    package let cpu: Duration
    /// How many bytes of output were read.
    package let bytes: Int
    /// The first line that it wrote to standard error.
    package let complaint: String
  }

  /// Its number.
  package let id: Int32
  private let begun = ContinuousClock.now
  private let end = Mutex<End?>(nil)

  private struct End: Sendable {
    var status: Int32
    var cpu: Duration
  }

  /// Starts a program.
  /// - Parameters:
  ///   - output: where its standard output goes; `errors`, where its standard error goes.
  private init(_ path: String, _ arguments: [String], output: Int32, errors: Int32) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    let surroundings = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1"]) { $1 }
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = surroundings.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var id: Int32 = 0
    let failure = posix_spawn(&id, path, &actions, nil, &words, &settings)
    guard failure == 0 else {
      throw Failure(description: "\(path) can't be started: \(String(cString: strerror(failure)))")
    }
    self.id = id
  }

  /// Starts a program that goes on, with a file that gets all that it writes.
  package static func start(_ path: String, _ arguments: [String], log: String) throws -> Program {
    let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Failure(description: "\(log) can't be written") }
    defer { close(file) }
    return try Program(path, arguments, output: file, errors: file)
  }

  /// Runs a program to its end, and ends it if it has not ended by itself in time.
  package static func run(
    _ path: String, _ arguments: [String], within limit: Duration = .seconds(60)
  ) async throws -> Outcome {
    let output = try Pipe()
    let errors = try Pipe()
    let program = try Program(path, arguments, output: output.writing, errors: errors.writing)
    output.closeWriting()
    errors.closeWriting()
    let watch = Task {
      try await Task.sleep(for: limit)
      program.signal(SIGKILL)
    }
    defer { watch.cancel() }
    async let complaint = apart { errors.readAll(since: program.begun).text }
    let read = await apart { output.readAll(since: program.begun) }
    let status = await apart { program.wait() }
    let cpu = program.end.withLock { $0?.cpu } ?? .zero
    let whole = ContinuousClock.now - program.begun
    let line = await complaint.split(separator: "\n").first.map { String($0) } ?? ""
    return Outcome(
      status: status, whole: whole, first: read.first, cpu: cpu, bytes: read.bytes,
      complaint: whole >= limit ? "not within \(limit.components.seconds) s" : line)
  }

  /// Sends a signal, unless it has been waited for.
  package func signal(_ signal: Int32) {
    end.withLock { if $0 == nil { kill(id, signal) } }
  }

  /// Waits for its end; blocks a thread.
  /// - Returns: its exit status.
  @discardableResult
  package func wait() -> Int32 {
    var word: Int32 = 0
    while true {
      // Asked and noted together, so that no signal goes to another process with this id.
      let status: Int32? = end.withLock { end in
        if let end { return end.status }
        var used = rusage()
        guard wait4(id, &word, WNOHANG, &used) == id else { return nil }
        let status = word & 0x7F == 0 ? word >> 8 & 0xFF : 128 + word & 0x7F
        end = End(status: status, cpu: used.ru_utime.duration + used.ru_stime.duration)
        return status
      }
      if let status { return status }
      usleep(200)
    }
  }
}

extension timeval {
  fileprivate var duration: Duration { .seconds(Int64(tv_sec)) + .microseconds(Int64(tv_usec)) }
}

/// Both ends of a pipe.
private final class Pipe: Sendable {
  /// What was read.
  struct Read: Sendable {
    var bytes = 0
    var first: Duration?
    /// The beginning of it.
    var text = ""
  }

  let writing: Int32
  private let reading: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Program.Failure(description: "there is no pipe") }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit { close(reading) }

  func closeWriting() { close(writing) }

  /// Reads to the end; blocks a thread.
  func readAll(since begun: ContinuousClock.Instant) -> Read {
    var result = Read()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(reading, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return result }
      result.bytes += count
      if result.first == nil, result.bytes > 2 { result.first = ContinuousClock.now - begun }
      if result.text.utf8.count < 4096 { result.text += String(decoding: buffer[..<min(count, 4096)], as: UTF8.self) }
    }
  }
}

/// Does work that blocks on a thread of its own.
func apart<Value: Sendable>(_ body: @Sendable @escaping () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
