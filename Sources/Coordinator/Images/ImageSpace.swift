import Fleet
import Foundation
import Synchronization

/// Reserves disk space for images in transfer, so that no import fills the disk of the database.
final class ImageSpace: Sendable {
  /// The most images in transfer at a time.
  static let mostAtOnce = 4

  private struct Promises {
    var count = 0
    var bytes: Int64 = 0
  }
  private let directory: String
  private let promises = Mutex(Promises())

  init(directory: String) {
    self.directory = directory
  }

  /// Runs `body` with space reserved for a file of this size.
  /// - Throws: ``FleetError`` with code `exhausted` if there is none; then `body` does not run.
  func with<Value>(_ bytes: Int64, _ body: () async throws -> Value) async throws -> Value {
    let (free, reserve) = try Self.space(of: directory)
    try promises.withLock { promises throws(FleetError) in
      guard bytes == 0 || promises.count < Self.mostAtOnce else {
        throw FleetError(.exhausted, "\(Self.mostAtOnce) images are on their way already", retryable: true)
      }
      let (promised, overflow) = promises.bytes.addingReportingOverflow(bytes)
      // BOUNDED: Memory holds differences at zero.
      let room = ByteCount(bytes: free) - ByteCount(bytes: reserve)
      guard !overflow, promised <= room.bytes else {
        throw FleetError(
          .exhausted,
          // BOUNDED: ByteCount holds differences at zero.
          "the image library has room for \(room - ByteCount(bytes: promises.bytes)), "
            + "not for \(ByteCount(bytes: bytes)); \(ByteCount(bytes: reserve)) stay free for the database",
          hint: "delete images nobody uses: roost image delete NAME")
      }
      // BOUNDED: at most four, and taken back one by one.
      promises.count += 1
      promises.bytes = promised
    }
    defer {
      promises.withLock { promises in
        // BOUNDED: what was added above.
        promises.count -= 1
        promises.bytes -= bytes
      }
    }
    return try await body()
  }

  /// The free space of a directory's file system, and the reserve: a twentieth, at most a gibibyte.
  private static func space(of directory: String) throws(FleetError) -> (free: Int64, reserve: Int64) {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else {
      throw FleetError(.internal, "the image library can't be looked at: \(String(cString: strerror(errno)))")
    }
    func bytes(_ blocks: UInt) -> Int64 {
      let (product, overflow) = blocks.multipliedReportingOverflow(by: UInt(clamping: status.f_frsize))
      return overflow ? .max : Int64(clamping: product)
    }
    return (bytes(UInt(clamping: status.f_bavail)), min(bytes(UInt(clamping: status.f_blocks)) / 20, 1 << 30))
  }
}
