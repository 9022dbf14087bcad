import Testing

/// Each rule finds a fault that is planted, and leaves alone what only looks like one.
@Suite("Tidy rules")
struct RuleTests {
  private static let manifest = """
    let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
    let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
    let package = Package(targets: [
      .target(name: "Fleet", swiftSettings: strict),
      .target(name: "Store", dependencies: ["Fleet", "Platform", grdb, sqlite], swiftSettings: strict),
      .testTarget(name: "StoreTests", dependencies: ["Store", "Fleet"]),
    ])
    """

  private static func findings(_ rule: Rule, _ path: String, _ text: String) -> [String] {
    rule.findings(SourceTree(["Package.swift": manifest, path: text]))
      .filter { $0.path == path }.map { "\($0.line): \($0.detail)" }
  }

  @Test("an arrow that is not allowed is found, whatever stands around the import")
  func arrows() {
    func arrows(_ path: String, _ text: String) -> [String] { Self.findings(.arrows, path, text) }
    #expect(arrows("Sources/Fleet/A.swift", "import Foundation\n") == ["1: Fleet imports Foundation"])
    #expect(arrows("Sources/Scheduling/A.swift", "\npublic import Store\n") == ["2: Scheduling imports Store"])
    #expect(arrows("Sources/Agent/A.swift", "@preconcurrency internal import GRDB\n") == ["1: Agent imports GRDB"])
    #expect(arrows("Sources/Agent/A.swift", "import struct Coordinator.Office\n") == ["1: Agent imports Coordinator"])
    #expect(arrows("Sources/Attic/A.swift", "import Fleet\n") == ["1: Attic is not in the architecture"])
    #expect(arrows("Sources/Store/A.swift", "// import Agent\nlet text = \"import Agent\"\nimport GRDB\n").isEmpty)
    #expect(arrows("Tests/StoreTests/A.swift", "import Testing\n@testable import Store\n").isEmpty)
    #expect(arrows("Tests/StoreTests/A.swift", "import GRDB\n") == ["1: StoreTests imports GRDB"])
  }

  @Test("a name in a command to type that no shell would read as one word is found")
  func typing() {
    func typing(_ text: String) -> [String] { Self.findings(.typing, "Sources/Store/A.swift", text) }
    #expect(typing("hint: \"virsh edit \\(vm.name)\"\n") == ["1: vm.name stands in a command without shellQuoted"])
    #expect(typing("hint: \"roost show \\(text.printable)\"\n").count == 1)
    #expect(typing("hint: \"virsh edit \\(vm.name.shellQuoted)\"\n").isEmpty)
    #expect(typing("\"VM \\(vm.name) is off\", hint: \"roost start \\(vm.name.shellQuoted)\"\n").isEmpty)
    #expect(typing("/// `roost show \\(name.printable)`\n").isEmpty)
    // A constant or a parameter is the name all the same.
    let names = ["let name = vm.spec.name\n", "let (name, id) = (domain.name.printable, domain.id)\n"]
    for line in names { #expect(typing(line + "hint: \"roost stop \\(name), or roost kill \\(name)\"\n").count == 2) }
    #expect(typing("hint: \"roost delete \\(vm)\", at: now\n") == ["1: vm stands in a command without shellQuoted"])
    #expect(typing("let word = vm.name.shellQuoted\nhint: \"roost stop \\(word)\"\n").isEmpty)
    #expect(typing("let name = vm.name\nshow(\"virsh edit \\(word)\", \"it is \\\"\\(name)\\\"\")\n").isEmpty)
    #expect(typing("hint: \"virsh undefine\"\n  + \" \\(vm)\"\n").map { $0.prefix(1) } == ["2"])
    #expect(typing("\"it is off (roost list), and \"\n  + \" \\(vm)\"\n").isEmpty)
    #expect(typing("hint: \"virsh list\", what\n  + \" \\(vm)\"\n").isEmpty)
  }

  @Test("a manifest that differs from the architecture is found")
  func package() {
    let details = Rule.package.findings(SourceTree(["Package.swift": Self.manifest])).map(\.description)
    #expect(!details.contains { $0.contains("Fleet differs") || $0.contains("Store differs") })
    #expect(details.contains("Package.swift:1: package: Agent is missing"))
    let wrong = Self.manifest.replacing("grdb, sqlite]", with: "sqlite, \"Agent\"]")
      .replacing("\"Fleet\", swift", with: "\"Loose\", swift")
    let found = Rule.package.findings(SourceTree(["Package.swift": wrong])).map(\.description)
    #expect(found.contains("Package.swift:5: package: Store differs in Agent, GRDB"))
    #expect(found.contains("Package.swift:4: package: Loose is not in the architecture"))
  }

  @Test(
    "names that say nothing are found", arguments: ["Utils", "StringUtils", "Base", "VMManager", "Types", "Helper"])
  func names(_ name: String) {
    #expect(Self.findings(.names, "Sources/Fleet/A.swift", "\nstruct \(name) {}\n") == ["2: \"\(name)\" says nothing"])
    #expect(Self.findings(.names, "Sources/Fleet/\(name).swift", "") == ["1: \"\(name)\" says nothing"])
    #expect(Self.findings(.names, "Sources/Fleet/\(name)/A.swift", "") == ["1: \"\(name)\" says nothing"])
  }

  @Test("names that only hold such a word stand")
  func goodNames() {
    let text = "struct Database {}\nenum BaseAddress {}\nextension Utils {}\nlet manager = Manager()\n"
    #expect(Self.findings(.names, "Sources/Fleet/TypesOfHost.swift", text).isEmpty)
  }

  @Test("a field that no message has is found in the path of an error")
  func fields() {
    let texts = [
      "proto/a.proto": "message A {\n  repeated string items = 1;\n}\n",
      "Sources/Fleet/A.swift": "let a = FieldPath(\"items\").field(\"wishes\")\nlet b = FieldPath(\"\")\n",
    ]
    let found = Rule.fields.findings(SourceTree(texts)).map(\.description)
    #expect(found == ["Sources/Fleet/A.swift:1: field: no message has a field wishes"])
  }

  @Test("a suite named after a type that is gone is found")
  func testSubjects() {
    func find(_ title: String) -> [String] {
      let texts = [
        "Sources/Fleet/HostLease.swift": "struct HostLease {}\n// a lease is renewed\n",
        "Tests/FleetTests/HostLeaseTests.swift": "", "Tests/FleetTests/LeaseTests.swift": "",
        "Tests/FleetTests/LeaseDraftTests.swift": "@Suite(\"\(title)\")\n",
      ]
      return Rule.testSubjects.findings(SourceTree(texts)).map(\.path)
    }
    #expect(find("Writing to a file") == ["Tests/FleetTests/LeaseDraftTests.swift"])
    #expect(find("A draft on its way").isEmpty)
  }

  private func words(_ path: String, _ text: String) -> [String] {
    let glossary = "| not | but |\n|---|---|\n| desk | handler |\n\n| seat | x |\n"
    return Rule.words.findings(SourceTree([Rule.glossary: glossary, path: text])).map { "\($0.line): \($0.detail)" }
  }

  @Test("a name that holds a word of the old list is found, with what to say")
  func wordsInNames() {
    #expect(
      words("Sources/Fleet/A.swift", "struct StartDesk {}\nlet desktop = freeDesks\nlet seat = 1\n") == [
        "1: \"StartDesk\" holds \"desk\"; say handler", "2: \"freeDesks\" holds \"desk\"; say handler",
      ])
    #expect(Rule.words.findings(SourceTree([:])).map(\.detail) == ["it lists no words"])
  }

  @Test("old words are found in comments, in programs' strings and in tests' names")
  func wordsInProse() {
    let found = "\"desk\" holds \"desk\"; say handler"
    let text = "// a desk\n/* one\n desk */\nlet a = \"a \\(name) desk\"\nlet b = \"\"\"\n  a\\tdesk\n  \"\"\"\n"
    #expect(words("Sources/Fleet/A.swift", text) == [1, 3, 4, 6].map { "\($0): \(found)" })
    #expect(words("Tests/FleetTests/A.swift", text) == [1, 3].map { "\($0): \(found)" }, "strings of tests are data")
    #expect(words("Tests/FleetTests/A.swift", "@Test(\n  \"a desk\")\nfunc a() { b(\"desk\") }\n") == ["2: \(found)"])
    #expect(words("Sources/Fleet/A.swift", "let desktop = \"a\\ndesktop\" // desktops \"\n").isEmpty)
  }

  @Test("a page that names a file or a type that is not there is found")
  func pages() {
    let page = "See `Sources/Fleet/A.swift`, `Sources/Gone/`, `HostFacts` and `HostFacets`; `roost list` is no type.\n"
    let tree = SourceTree(["deploy/doc/a.md": page, "Sources/Fleet/A.swift": "struct HostFacts {}\n"])
    #expect(
      Rule.pages.findings(tree).map(\.detail) == ["there is no Sources/Gone/", "there is no HostFacets"])
  }

  @Test("a file that is not named after what it declares is found")
  func fileNames() {
    func find(_ name: String, _ text: String) -> [String] { Self.findings(.fileNames, "Sources/Fleet/\(name)", text) }
    #expect(find("A.swift", "struct B {}\n") == ["1: it declares B and not A"])
    #expect(find("A.swift", "struct B {}\nenum A {}\n").isEmpty)
    #expect(find("A+Speech.swift", "extension A {}\n").isEmpty)
    #expect(find("Callbacks.swift", "extension C {}\nfunc f() {}\n").isEmpty)
    #expect(find("A+Speech.swift", "extension C {}\n") == ["1: it declares C and not A"])
    #expect(find("main.swift", "struct B {}\n").isEmpty)
  }

  @Test("a test's name of more than 80 characters is found, in Swift and in shell")
  func testNames() {
    let (long, fitting) = (String(repeating: "a", count: 81), String(repeating: "a", count: 80))
    func find(_ name: String, _ text: String) -> [String] { Self.findings(.testNames, "Tests/A/\(name)", text) }
    #expect(find("A.swift", "\n@Test(\n  \"\(long)\")\nfunc f() {}\n") == ["3: a name of 81 characters"])
    #expect(find("A.swift", "@Suite(\"\(long)\")\nstruct A { func \(long)() {} }\n").count == 2)
    #expect(find("a.sh", "x\ntest_\(long)() {\n}\n") == ["2: a name of 81 characters"])
    #expect(find("A.swift", "@Test(\"\(fitting)\", arguments: \"\(long)\")\nfunc f() {}\n").isEmpty)
    #expect(find("a.sh", "test_\(fitting)() {\n}\n\(long)() {\n}\n").isEmpty)
    #expect(Self.findings(.testNames, "Sources/A/A.swift", "func \(long)() {}\n").isEmpty)
  }

  @Test("long files and functions are found by their line")
  func length() {
    let body = String(repeating: "    work()\n", count: 79)
    func find(_ text: String) -> [String] { Self.findings(.length, "Sources/Fleet/A.swift", text) }
    #expect(find("struct A {\n  func f(a: Int = { 1 }()) {\n\(body)  }\n}\n") == ["2: f has 81 lines"])
    #expect(find("  func f() {\n\(body.dropLast(11))  }\n").isEmpty)
    #expect(find("  init?(a: Int) {\n\(body)  }\n") == ["1: init has 81 lines"])
    #expect(find("protocol P {\n  func f()\n  func g()\n}\nstruct S {\n\(body)}\n").isEmpty)
    let long = String(repeating: "\n", count: 401)
    #expect(Self.findings(.length, "Tests/FleetTests/A.swift", long) == ["401: the file has 401 lines"])
  }

  @Test(
    "a clock or a random source outside a main is found",
    arguments: [
      "let a = Date()", "let a = Date.now", "let a = ContinuousClock().now", "x(UUID())", "Int.random(in: 1...2)",
      "list.shuffled()", "list.randomElement()", "var g = SystemRandomNumberGenerator()", "init(s: S = SystemClock())",
      "try await Task.sleep(nanoseconds: 5)",
    ])
  func clock(_ code: String) {
    #expect(Self.findings(.clock, "Sources/Agent/A.swift", code + "\n").isEmpty == false)
    #expect(Self.findings(.clock, "Sources/roost-agent/A.swift", code + "\n").isEmpty)
    #expect(Self.findings(.clock, "Tests/AgentTests/A.swift", code + "\n").isEmpty)
  }

  @Test(
    "a clock that was handed in is none of that",
    arguments: [
      "clock.now()", "// Date()", "\"Date()\"", "Date(timeIntervalSince1970: 5)", "Task.sleep(for: .seconds(1))",
      "machineUUID()", "let now = 1", "serial: .random(from: source)", "#\"\\(Date())\"#",
    ])
  func noClock(_ code: String) {
    #expect(Self.findings(.clock, "Sources/Agent/A.swift", code + "\n").isEmpty)
  }

  @Test(
    "what ends the process is found",
    arguments: [
      "fatalError()", "try! f()", "a as! B", "a!", "f()!", "a[0]!.b", "let a: Int!", "\"\\(a!)\"",
      "\"\"\"\n\\(a!)\n\"\"\"",
    ])
  func traps(_ code: String) {
    #expect(Self.findings(.traps, "Sources/Agent/A.swift", code + "\n").count == 1)
  }

  @Test(
    "what only looks like it is not",
    arguments: [
      "!a", "f(!a)", "a != b", "a !== b", "try? f()", "a as? B", "// a!", "\"a!\"", "\"\"\"\na!\n\"\"\"",
      "#\"a! \\(b!)\"#", "/* a! /* b! */ c! */", "\"\\\"a!\"", "if a { !b }",
    ])
  func noTraps(_ code: String) {
    #expect(Self.findings(.traps, "Sources/Agent/A.swift", code + "\n").isEmpty)
  }

  @Test("memory safety that is left without a word is found")
  func safety() {
    let code = "let a = unsafe f()\n"
    #expect(Self.findings(.safety, "Sources/PKI/A.swift", code) == ["1: no line says \"SAFETY:\" and why"])
    #expect(Self.findings(.safety, "Sources/PKI/A.swift", "// SAFETY: f keeps nothing.\n" + code).isEmpty)
    #expect(Self.findings(.safety, "Sources/PKI/A.swift", "let unsafely = 1 // unsafe\n").isEmpty)
  }

  @Test("what is public is found: nothing here is a library product")
  func access() {
    #expect(Self.findings(.access, "Sources/Fleet/A.swift", "public struct A {}\n") == ["1: public: package"])
    #expect(Self.findings(.access, "Sources/Fleet/A.swift", "// public\npackage struct A {}\n").isEmpty)
  }

  @Test("a declaration that other targets see and that has no comment is found")
  func documentation() {
    func find(_ text: String) -> [String] { Self.findings(.documentation, "Sources/Fleet/A.swift", text) }
    #expect(find("package struct A {\n}\n") == ["1: A has no comment"])
    #expect(find("/// A.\npackage struct A {\n  package var a: Int\n}\n") == ["3: a has no comment"])
    #expect(find("/// E.\npackage enum E {\n  case a\n  /// B.\n  case b\n}\n") == ["3: a has no comment"])
    #expect(find("public func f(_ a: Int, at b: Int = g(1, 2)) {}\n") == ["1: f(_:at:) has no comment"])
    #expect(find("package init(_ a: Int) {}\n").isEmpty)
    #expect(find("/// P.\npackage protocol P {\n  static func f()\n}\n").count == 1)
    #expect(find("@MainActor\npackage func f() {}\n").count == 1)
    #expect(find("// Plain.\npackage func f() {}\n").count == 1)
  }

  @Test("a declaration with a comment stands, and so does what nobody outside sees")
  func documented() {
    func find(_ text: String) -> [String] { Self.findings(.documentation, "Sources/Fleet/A.swift", text) }
    #expect(find("/// F.\n@discardableResult\n@available(macOS 15, *)\npackage static func f() {}\n").isEmpty)
    #expect(find("/// F.\n@Option(\n  help: \"a\")\npackage var f: Int\n").isEmpty)
    #expect(find("/// F.\n// SAFETY: it is.\npackage func f() {}\n").isEmpty)
    #expect(find("/** F. */\npackage func f() {}\n").isEmpty)
    #expect(find("package import Fleet\nstruct A {\n  var a: Int\n}\nenum E {\n  case a\n}\n").isEmpty)
    #expect(find("/// A.\npackage private(set) var a: Int\n").isEmpty)
    #expect(find("package static func < (a: A, b: A) -> Bool { true }\n").isEmpty)
    let property = "  /// N.\n  package var n: Int { switch self { case .a: 1 } }\n"
    #expect(find("/// E.\npackage enum E {\n  /// A.\n  case a\n\(property)}\n").isEmpty)
    let asked = "protocol P {\n  func f(_ a: Int, at: Int)\n  var n: Int { get }\n}\n"
    #expect(find(asked + "package func f(_ b: Int, at c: Int) {}\npackage let n = 1\n").isEmpty)
    #expect(find(asked + "package func f(_ b: Int) {}\n") == ["5: f(_:) has no comment"])
    #expect(Self.findings(.documentation, "Sources/RoostProto/A.swift", "package struct A {}\n").isEmpty)
  }

  @Test("a target without a page, and a page without its parts, are found")
  func docc() {
    let source = ["Sources/Fleet/A.swift": "struct A {}\n"]
    let path = "Sources/Fleet/Fleet.docc/Fleet.md"
    #expect(Rule.docc.findings(SourceTree(source)).map(\.path) == [path])
    let page = "# ``Fleet``\n\n## What it knows\n\n## What it must not know\n\n## Words\n"
    #expect(Rule.docc.findings(SourceTree(source.merging([path: page]) { $1 })).isEmpty)
    #expect(Rule.docc.findings(SourceTree(source.merging([path: "# ``Fleet``\n"]) { $1 })).count == 1)
  }

  @Test("what does not belong at the top, and what is missing there, are found")
  func topLevel() {
    let names = Architecture.topLevel.subtracting(["LICENSE"]).union(["notes.txt"])
    let found = Rule.topLevel.findings(SourceTree([:], topLevel: Array(names)))
    let expected = ["LICENSE:1: top-level: is missing", "notes.txt:1: top-level: does not belong here"]
    #expect(found.map(\.description) == expected)
  }

  @Test("open ends and untidy lines are found")
  func lines() {
    let mark = "TO" + "DO"
    #expect(Self.findings(.openEnds, "Sources/Fleet/A.swift", "\n// \(mark): later\n") == ["2: \(mark)"])
    #expect(Self.findings(.openEnds, "README.md", "It is \(mark).\n") == ["1: \(mark)"])
    #expect(Self.findings(.openEnds, "Sources/Fleet/A.swift", "let a = \(mark)S\n").isEmpty)
    func layout(_ text: String) -> [String] { Self.findings(.layout, "Sources/Fleet/A.swift", text) }
    #expect(layout("a \n") == ["1: a space at the end"])
    #expect(layout("\ta\n") == ["1: a tab"])
    #expect(layout(String(repeating: "é", count: 121) + "\n") == ["1: 121 characters"])
    #expect(layout("a") == ["1: no line break at the end"])
    #expect(layout("let a = \"\"\"\n\ta \n\"\"\"\n").isEmpty)
    #expect(layout(String(repeating: "é", count: 120) + "\n").isEmpty)
  }

  @Test("a script that goes on after a failure is found")
  func shell() {
    let bash = "#!/usr/bin/env bash\n"
    #expect(Self.findings(.shell, "deploy/lab", bash).count == 1)
    #expect(Self.findings(.shell, "deploy/lab", bash + "# What it does.\nset -euo pipefail\n").isEmpty)
    #expect(Self.findings(.shell, "deploy/guest/init", "#!/bin/busybox sh\n").isEmpty)
  }

  @Test("unchecked arithmetic, conversions, places and splits at a border are found")
  func bounds() {
    func find(_ text: String, _ path: String = "Sources/RoostAPI/A.swift") -> [String] {
      Self.findings(.bounds, path, text)
    }
    #expect(find("let a = b + c\n") == ["1: an unchecked +"])
    #expect(find("vm.revision += 1\n") == ["1: an unchecked +="])
    #expect(find("let a = Int(number)\n") == ["1: an unchecked Int(…)"])
    #expect(find("let a = list[0]\nlet b = text[..<end]\n").count == 2)
    #expect(find("for word in text.split(separator: \",\") {}\n") == ["1: split without maxSplits"])
    // What is checked, what says why, and what is no number.
    #expect(
      find("let a = Int(clamping: n) & UInt8(ascii: \"a\")\nlet b = text.split(separator: \",\", maxSplits: 1)\n")
        .isEmpty)
    #expect(find("// BOUNDED: both are below a limit.\nlet a = b + c\n").isEmpty)
    #expect(find("// BOUNDED:\nlet a = b + c\n").count == 1)
    #expect(find("let a = \"x\" + b + [c] + \"y\"\nlet d = names[key] ?? 64 * 1024\ncount += 1\n").isEmpty)
    #expect(find("let a = b + c\n", "Sources/Scheduling/A.swift").isEmpty)
    #expect(find("let a = b + c\n", "Sources/RoostAPI/Base64URL.swift").isEmpty)
  }
}
