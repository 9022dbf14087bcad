import Foundation
import FuzzKit
import Testing

/// What fuzzing has found, and what it began with, is read again by every run of the tests.
@Suite("The corpora of the fuzzers")
struct CorpusTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Corpus")

  @Test("every file is read without a trap, and soon", arguments: FuzzTarget.allCases)
  func replay(_ target: FuzzTarget) throws {
    let folder = Self.folder.appendingPathComponent(target.rawValue)
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files {
      let bytes = Array(try Data(contentsOf: file))
      let taken = ContinuousClock().measure { target.read(bytes) }
      #expect(taken < .seconds(5), "\(file.lastPathComponent)")
      // Nor does a piece of it, or a byte that is another.
      for end in stride(from: 0, to: min(bytes.count, 2048), by: max(1, bytes.count / 16)) {
        target.read(Array(bytes.prefix(end)))
        var other = bytes
        other[end] ^= 0xFF
        target.read(other)
      }
    }
  }

  @Test("there is a corpus for every target and for nothing else")
  func complete() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { !$0.hasPrefix(".") }
    #expect(Set(names) == Set(FuzzTarget.allCases.map(\.rawValue)))
  }
}
