internal import Fleet
internal import Foundation
internal import Platform

/// The directory with everything that an agent keeps over restarts.
package struct StateDirectory: Sendable {
  /// Its path, without a slash at the end.
  package let path: String

  /// Names a directory; makes and reads nothing yet.
  package init(_ path: String) {
    let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    // BOUNDED: a path of this host.
    self.path = "/" + absolute.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Makes the directory with mode 0700 if necessary.
  /// - Throws: ``FleetError`` with code `denied` if other users may read it.
  package func prepare() throws {
    try HostFile.makeDirectory(path, mode: 0o700)
    var status = stat()
    guard stat(path, &status) == 0 else { throw HostFile.failure("cannot be looked at", path, errno) }
    guard status.st_mode & 0o077 == 0 else {
      throw FleetError(
        .denied, "the state directory \(path) is open to others, and holds the host's key",
        hint: "chmod 0700 \(path.shellQuoted)")
    }
    try HostFile.makeDirectory(file("vms"), mode: 0o700)
  }

  /// The path of a file in it.
  func file(_ name: String) -> String { path + "/" + name }

  /// The configuration in `agent.toml`, or an empty one if there is no such file.
  /// - Throws: ``FleetError`` with code `invalid` that names the line.
  package func configuration() throws -> AgentConfiguration {
    guard let bytes = try HostFile.read(file("agent.toml")) else { return AgentConfiguration() }
    return try AgentConfiguration(toml: String(decoding: bytes, as: UTF8.self), named: file("agent.toml"))
  }

  /// Reads a JSON file; nil if there is none.
  /// - Throws: ``FleetError`` with code `internal` if it is damaged.
  func read<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
    guard let bytes = try HostFile.read(file(name), limit: 16 << 20) else { return nil }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw FleetError(.internal, "\(file(name)) is damaged: \(String(describing: error).printable)")
    }
  }

  /// Writes a JSON file atomically.
  func write(_ value: some Encodable, to name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.replace(file(name), with: Array(encoder.encode(value)) + [0x0A])
  }
}

/// Keeps a second agent from using the same state directory, for the lifetime of this value.
package final class StateLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  /// - Throws: ``FleetError`` with code `conflict` if another agent holds it.
  package init(_ directory: StateDirectory) throws {
    let path = directory.file("lock")
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HostFile.failure("cannot be opened", path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw FleetError(.conflict, "another agent runs with the state directory \(directory.path)")
    }
  }

  deinit { close(descriptor) }
}

/// A join in progress: the key for a token, stored before the token is sent to the coordinator.
///
/// The coordinator repeats its answer for the same token and key, so a join can be repeated that was interrupted after
/// the coordinator had accepted the host.
struct PendingJoin: Codable, Hashable, Sendable {
  /// Its file in the state directory.
  static let file = "joining.json"

  /// The token's id.
  var tokenID: String
  /// The host's new private key, PEM.
  var keyPEM: String

  enum CodingKeys: String, CodingKey {
    case tokenID = "token_id"
    case keyPEM = "key_pem"
  }
}
