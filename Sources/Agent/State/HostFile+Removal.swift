internal import Dispatch
internal import Foundation

extension HostFile {
  /// Removes a file; one that is gone already is no error.
  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed", path, errno) }
    syncDirectory(of: path)
  }

  /// Runs what may block, on a share whose server is gone for ever, away from the threads that everybody shares.
  static func apart<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
  }
}
