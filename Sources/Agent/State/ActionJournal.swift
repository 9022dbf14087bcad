internal import Fleet
internal import Foundation
internal import Libvirt
internal import Platform

/// The results of actions, kept so that a repeated action gets its first answer, also after a restart.
///
/// One JSON line for each result, synced before the result is reported. Beyond ``limit`` results the oldest are
/// dropped.
actor ActionJournal {
  /// One stored result, without the domain, which is read again.
  private struct Line: Codable {
    var id: String
    var code: String?
    var message: String?
    var hint: String?
    var retryable: Bool?
  }

  /// The most results.
  static let limit = 1000

  private let path: String
  private var results: [ActionID: FleetError?] = [:]
  private var order: [ActionID] = []
  private var linesInFile = 0
  /// One thread outside of Swift's pool: a disk that hangs blocks only this.
  private let thread: CallPool
  /// The last write to the file; each waits for the one before.
  private var tail: Task<Void, any Error>?

  /// Reads the journal; skips a last line that a crash truncated.
  init(_ directory: StateDirectory) throws {
    path = directory.file("actions.journal")
    thread = try CallPool(name: "journal", threads: 1)
    let bytes = try HostFile.read(path, limit: 64 << 20) ?? []
    // BOUNDED: the file has a bound, and is rewritten before it.
    for text in bytes.split(separator: 0x0A) {
      linesInFile += 1
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)), let id = ActionID(line.id) else {
        continue
      }
      let failure = line.code.map {
        FleetError(
          .init(rawValue: $0), line.message ?? "", hint: line.hint ?? "", retryable: line.retryable ?? false)
      }
      if results.updateValue(failure, forKey: id) == nil { order.append(id) }
    }
    if bytes.last.map({ $0 != 0x0A }) ?? false { linesInFile = .max }
    while order.count > Self.limit { results[order.removeFirst()] = nil }
  }

  /// The result of an action: nil if unknown, else its failure or nil for success.
  func result(of id: ActionID) -> FleetError?? { results[id] }

  /// Records the result of an action; it is on disk on return.
  func record(_ id: ActionID, failure: FleetError?) async throws {
    if results.updateValue(failure, forKey: id) == nil { order.append(id) }
    while order.count > Self.limit { results[order.removeFirst()] = nil }
    let path = path
    if linesInFile >= 2 * Self.limit {
      var bytes: [UInt8] = []
      for id in order { bytes += try Self.encode(id, results[id] ?? nil) }
      let whole = bytes
      linesInFile = order.count
      return try await onFile { try AtomicFile.replace(path, with: whole) }
    }
    let bytes = try Self.encode(id, failure)
    linesInFile += 1
    try await onFile { try Self.append(bytes, to: path) }
  }

  /// Runs a write after the earlier ones; after a failure the next record rewrites the whole file.
  private func onFile(_ work: @escaping @Sendable () throws -> Void) async throws {
    let (before, thread) = (tail, thread)
    let task = Task {
      _ = await before?.result
      try await thread.run("write the journal", work)
    }
    tail = task
    do {
      try await task.value
    } catch {
      linesInFile = .max
      throw error
    }
  }

  private static func append(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HostFile.failure("cannot be written", path, errno) }
    defer { close(descriptor) }
    try AtomicFile.write(bytes, to: descriptor, of: path)
    guard fsync(descriptor) == 0 else { throw HostFile.failure("cannot be synced", path, errno) }
  }

  private static func encode(_ id: ActionID, _ failure: FleetError?) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let line = Line(
      id: id.description, code: failure?.code.rawValue, message: failure?.message, hint: failure?.hint,
      retryable: failure?.retryable)
    return Array(try encoder.encode(line)) + [0x0A]
  }
}
