import Foundation
import Testing

/// Every file of `Stories` goes as it is told.
///
/// `ROOST_RECORD=1` writes the answers that were really given into the files; that run fails.
@Suite("Scenarios")
struct ScenarioTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Stories")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.sorted()
  }()

  @Test("there are at least forty stories")
  func enough() {
    #expect(Self.names.count >= 40)
  }

  @Test("a story goes as it is told", arguments: names)
  func story(_ name: String) throws {
    let file = Self.folder.appending(path: name)
    let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    let played = try Scenario.play(text)
    guard ProcessInfo.processInfo.environment["ROOST_RECORD"] == "1" else {
      #expect(played == text)
      return
    }
    try Data((played + "\n").utf8).write(to: file)
    Issue.record("recorded \(name); read it before you commit it")
  }
}
