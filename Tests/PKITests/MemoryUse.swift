import Foundation

/// How much memory the process holds.
enum MemoryUse {
  /// The resident bytes that a closure leaves behind, together with whatever ran beside it.
  static func growth(_ body: () throws -> Void) throws -> Int {
    let before = try residentBytes()
    try body()
    return try residentBytes() - before
  }

  private static func residentBytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
  }
}
