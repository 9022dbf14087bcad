import Foundation
import Testing

@testable import RoostCommands

@Suite("Bytes that are read ahead")
struct ByteSourceTests {
  @Test("a source is let go whatever was read of it, and nothing traps", arguments: [0, 1, 3, 9])
  func letGo(pieces: Int) async throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: 7, count: 1 << 15))
    try pipe.fileHandleForWriting.close()
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    do {
      let source = ByteSource(pipe.fileHandleForReading.fileDescriptor) { end.finish() }
      var taken = 0
      for await piece in source.pieces.prefix(pieces) {
        #expect(piece == [UInt8](repeating: 7, count: 1 << 15))
        taken += 1
      }
      source.stop()
      #expect(taken == min(pieces, 1))
    }
    for await _ in ended {}
  }
}
