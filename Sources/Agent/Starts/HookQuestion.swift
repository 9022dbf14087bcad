package import Fleet
internal import Foundation
internal import Platform

/// What libvirt's hook asks its agent: may this domain start?
package struct HookQuestion: Codable, Hashable, Sendable {
  /// The largest document that is read, in bytes.
  static let documentLimit = 1 << 20

  /// The domain's name.
  var name: String
  /// libvirt's word for the event: `prepare` before a start, `migrate` when a guest is about to arrive.
  var operation: String
  /// The domain's document.
  package var document: String
}

/// The agent's answer to libvirt's hook.
struct HookAnswer: Codable, Hashable, Sendable {
  /// What the hook does.
  enum Ruling: String, Codable, Sendable {
    /// Let it start.
    case allow
    /// Let it start; the agent has reported it to the fleet.
    case warn
    /// Stop it.
    case refuse
    /// No answer from the coordinator: the fallback file beside the socket decides.
    case unanswered
  }

  var ruling: Ruling
  /// One sentence for the person who starts it; may be empty.
  var sentence: String

  init(_ ruling: Ruling, _ sentence: String = "") {
    self.ruling = ruling
    self.sentence = sentence
  }

  init(_ verdict: StartVerdict) {
    switch verdict.ruling {
    case .allow: self.init(.allow)
    case .warn: self.init(.warn, verdict.sentence)
    case .refuse: self.init(.refuse, verdict.sentence)
    }
  }
}

/// The format in which hook and agent exchange JSON: a length of four bytes, big-endian, then the value.
package enum HookFrame {
  /// The largest frame; JSON may write a byte of a document as six.
  // BOUNDED: constants.
  static let limit = 6 * HookQuestion.documentLimit + 4096

  /// A value as a frame.
  static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let body = Array(try JSONEncoder().encode(value))
    return withUnsafeBytes(of: UInt32(clamping: body.count).bigEndian, Array.init) + body
  }

  /// The length in a frame's first four bytes.
  /// - Throws: ``FleetError`` with code `invalid` for one that is too large.
  package static func length(_ head: [UInt8]) throws(FleetError) -> Int {
    // BOUNDED: four bytes.
    let length = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= limit else { throw FleetError(.invalid, "a frame of \(length) bytes is too large") }
    return length
  }

  /// The value in a frame's body.
  package static func value<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body))
  }
}

/// A file beside the agent's socket that says what the hook does without an answer.
enum HookFallbackFile {
  /// The file beside a socket.
  static func path(beside socket: String) -> String { socket + ".unanswered" }

  /// What it says; to go on if there is no such plain file. Never waits: what lies there may be a pipe.
  static func rule(beside socket: String) -> FailMode {
    let descriptor = open(path(beside: socket), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return .failOpen }
    defer { close(descriptor) }
    var status = stat()
    var bytes = [UInt8](repeating: 0, count: 64)
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .failOpen }
    let count = read(descriptor, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    return FailMode(rawValue: text.filter { !$0.isWhitespace }) ?? .failOpen
  }

  /// Writes the rule.
  static func leave(_ rule: FailMode, beside socket: String) throws {
    try AtomicFile.replace(path(beside: socket), with: (rule.rawValue + "\n").utf8)
  }
}
