import Foundation
import Testing

/// The tables of the manual say what the code says.
///
/// A table stands in a page between `<!-- table: NAME -->` and `<!-- end -->`. `ROOST_RECORD=1` writes it anew; that
/// run fails.
@Suite("The manual", .serialized)
struct ManualTests {
  private static let tree = Result { try SourceTree.here() }

  @Test("shows what the code says", arguments: ManualTable.all.map(\.name))
  func table(_ name: String) throws {
    let table = try #require(ManualTable.all.first { $0.name == name })
    let tree = try Self.tree.get()
    // Read anew, since another table of the page may just have been recorded.
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("deploy/man/\(table.page)")
    let text = try String(contentsOf: file, encoding: .utf8)
    let wanted = try table.text(from: tree)
    let parts = try #require(Self.parts(of: text, around: name), "\(table.page) has no place for the table \(name)")
    guard parts.table != wanted else { return }
    guard ProcessInfo.processInfo.environment["ROOST_RECORD"] == "1" else {
      Issue.record("\(table.page): the table \(name) is not what the code says; ROOST_RECORD=1 writes it anew")
      return
    }
    try (parts.before + wanted + parts.after).write(to: file, atomically: true, encoding: .utf8)
    Issue.record("recorded \(table.page); read it before you commit it")
  }

  @Test("has a page for every reference, which names its page and section")
  func references() throws {
    let tree = try Self.tree.get()
    let pages = Set(tree.files.map(\.path).filter { $0.hasPrefix("deploy/man/") && $0.hasSuffix(".md") })
    #expect(pages.count > 10)
    for path in pages.union(["README.md"]) {
      let text = try #require(tree[path]).text
      for match in text.matches(of: /\[([a-z.-]+)\(([1-9])\)\]\(([^)]*)\)/) {
        let name = "\(match.1).\(match.2).md"
        #expect(pages.contains("deploy/man/\(name)"), "\(path) refers to \(match.0)")
        #expect(match.3.hasSuffix(name), "\(path): \(match.0)")
      }
    }
  }

  @Test(
    "names every key that a file may have",
    arguments: [
      ("enum VMFile", "roost.yaml.5.md"), ("struct FleetFileHost", "roost-fleet.yaml.5.md"),
      ("struct FleetFileVM", "roost-fleet.yaml.5.md"), ("extension PlacementConstraints", "roost-fleet.yaml.5.md"),
      ("extension PlacementConstraints", "roost.yaml.5.md"),
    ])
  func keys(_ type: String, _ page: String) throws {
    let tree = try Self.tree.get()
    let manual = try #require(tree["deploy/man/\(page)"]).text
    let lists = tree.files.filter { $0.target == "RoostCommands" && $0.text.contains("\(type) {") }.compactMap {
      $0.text.firstMatch(of: /static let (?:fileKeys|keys) =\s*\[([^\]]*)\]/)?.1
    }
    let keys = try #require(lists.first).matches(of: /"([a-z_]+)"/).map { String($0.1) }
    #expect(keys.count > 10)
    for key in keys { #expect(manual.contains("`\(key)`"), "\(page) does not name \(key)") }
  }

  @Test(
    "names the keys of each configuration file, and no others",
    arguments: [
      ("roost-agent.toml.5.md", ["struct AgentConfiguration:"], ["keys"]),
      ("roost-config.toml.5.md", ["struct ContextFile:"], ["rootKeys", "keys"]),
      ("roost-trust.5.md", ["struct TrustFile:", "struct HostPrivilege:"], ["section", "plainKeys"]),
    ])
  func configuration(_ page: String, _ declarations: [String], _ lists: [String]) throws {
    let tree = try Self.tree.get()
    let files = tree.files.filter { file in
      file.path.hasPrefix("Sources/") && declarations.contains { file.text.contains($0) }
    }
    #expect(files.count == declarations.count)
    var read: Set<String> = []
    for text in files.map(\.text) {
      for match in text.matches(of: /static let (\w+) = (?:"([a-z_]+)"|\[(?:[^\[\]]|\[[^\]]*\])*\])/)
      where lists.contains(String(match.1)) {
        read.formUnion(match.0.matches(of: /"([a-z_]+)"/).map { String($0.1) })
      }
      read.formUnion(text.matches(of: /Kind\(rawValue: "([a-z_]+)"\)/).map { String($0.1) })
    }
    let manual = try #require(tree["deploy/man/\(page)"])
    var named = Set(manual.text.matches(of: /`\[([a-z]+)/).map { String($0.1) })
    for line in manual.lines where line.hasPrefix("- `") {
      named.formUnion(line.prefix { $0 != ":" }.matches(of: /`([a-z_]+)`/).map { String($0.1) })
    }
    #expect(read.count > 5 && named == read, "\(named.symmetricDifference(read).sorted())")
  }

  @Test("the host.toml that is installed has every key of its page, each commented out")
  func installedTrust() throws {
    let tree = try Self.tree.get()
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("deploy/host.toml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let installed = text.split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/^# ([a-z_]+) = /#).map { String($0.1) }
    }
    let manual = try #require(tree["deploy/man/roost-trust.5.md"]).lines.compactMap { line in
      line.firstMatch(of: /^- `([a-z_]+)`:/).map { String($0.1) }
    }
    #expect(installed.count > 5 && installed.sorted() == manual.sorted())
  }

  /// A page around a table.
  private static func parts(of text: String, around name: String) -> (before: String, table: String, after: String)? {
    let begin = "<!-- table: \(name) -->\n"
    guard let start = text.range(of: begin),
      let end = text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex)
    else { return nil }
    let table = text[start.upperBound..<end.lowerBound]
    return (String(text[..<start.upperBound]), String(table), String(text[end.lowerBound...]))
  }
}
