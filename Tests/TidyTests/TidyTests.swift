import Testing

@Suite("The source tree")
struct TidyTests {
  private static let tree = Result { try SourceTree.here() }

  @Test("keeps every rule", arguments: Rule.all.map(\.name))
  func keeps(_ name: String) throws {
    let rule = try #require(Rule.all.first { $0.name == name })
    for finding in rule.findings(try Self.tree.get()) {
      guard !Exception.all.contains(where: { $0.path == finding.path && $0.rule == name }) else { continue }
      Issue.record("\(finding)")
    }
  }

  @Test("needs every exception it has")
  func exceptions() throws {
    let tree = try Self.tree.get()
    for exception in Exception.all {
      let rule = try #require(Rule.all.first { $0.name == exception.rule })
      let isNeeded = rule.findings(tree).contains { $0.path == exception.path }
      #expect(isNeeded, "\(exception.path) keeps the rule \(exception.rule) now")
      #expect(!exception.reason.isEmpty)
    }
  }

  @Test("was read as a whole")
  func whole() throws {
    let tree = try Self.tree.get()
    let targets = Set(tree.files.compactMap(\.target))
    #expect(targets.isSuperset(of: ["Fleet", "Scheduling", "TidyTests"]))
    #expect(tree["Sources/Fleet/FleetError.swift"]?.tokens.isEmpty == false)
    #expect(tree["Package.swift"] != nil)
  }
}
