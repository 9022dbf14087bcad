/// A table of the manual, made of lines of the code and of the comments above them.
struct ManualTable: Sendable {
  /// Where rows are: in the files of a target with a type's declaration in them, each line that matches.
  struct Source: Sendable {
    let target: String
    /// What the file holds, such as `enum ExitStatus`.
    let declaration: String
    /// Begins a row's line; up to three groups of it become the row's first cells.
    let row: @Sendable (Substring) -> [String]?
    /// True if the comment above the line is the last cell.
    var hasComment = true
  }

  /// Its name in the page.
  let name: String
  /// The page's file.
  let page: String
  /// The heads of its columns.
  let head: [String]
  /// Where its rows are, in their order.
  let sources: [Source]
  /// True if rows are in the order of their first cell.
  var isSorted = false

  /// The table as the page has it.
  func text(from tree: SourceTree) throws -> String {
    var rows = try sources.flatMap { source in
      let files = tree.files.filter { $0.target == source.target && $0.text.contains(source.declaration) }
      let rows = files.flatMap { Self.rows(of: $0, by: source) }
      guard !rows.isEmpty else { throw Missing(description: "no row for \(name) in \(source.declaration)") }
      return rows
    }
    if isSorted { rows.sort { ($0.first ?? "") < ($1.first ?? "") } }
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined().replacing("| --- ", with: "|---")
      .replacing("--- |", with: "---|")
  }

  /// What was not found.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private static func rows(of file: SourceFile, by source: Source) -> [[String]] {
    var rows: [[String]] = []
    for (number, line) in file.lines.enumerated() {
      let trimmed = line.drop { $0 == " " }
      guard let cells = source.row(trimmed) else { continue }
      guard source.hasComment else {
        rows.append(cells)
        continue
      }
      let comment = file.lines[..<number].reversed().prefix { $0.drop { $0 == " " }.hasPrefix("//") }
      let words = comment.reversed().map { $0.drop { $0 == " " || $0 == "/" } }.joined(separator: " ")
      rows.append(cells + [words.isEmpty ? "(no comment)" : words])
    }
    return rows
  }

  private static func filter(_ type: String) -> Source {
    let begin = "\(type)(rule: \""
    return Source(target: "Scheduling", declaration: "struct \(type):") { line in
      guard line.hasPrefix(begin) else { return nil }
      return ["`\(line.dropFirst(begin.count).prefix { $0 != "\"" })`"]
    }
  }

  static let all: [ManualTable] = [
    ManualTable(
      name: "exit-statuses", page: "roost.1.md", head: ["status", "meaning"],
      sources: [
        Source(target: "Platform", declaration: "enum ExitStatus:") { line in
          line.firstMatch(of: /^case \w+ = (\d+)$/).map { [String($0.1)] }
        }
      ]),
    ManualTable(
      name: "event-kinds", page: "roost-events.7.md", head: ["kind", "what happened"],
      sources: [
        Source(target: "Fleet", declaration: "extension FleetEvent {") { line in
          line.firstMatch(of: /^case \w+ = "([a-z.-]+)"$/).map { ["`\($0.1)`"] }
        }
      ]),
    ManualTable(
      name: "virsh-words", page: "roost-virsh.7.md", head: ["virsh", "roost"],
      sources: [
        Source(
          target: "RoostCommands", declaration: "enum VirshCommand",
          row: { line in line.firstMatch(of: /^"([a-z-]+)": "(roost [^"]*)",$/).map { ["`\($0.1)`", "`\($0.2)`"] } },
          hasComment: false)
      ], isSorted: true),
    ManualTable(
      name: "filters", page: "roost-placement.7.md", head: ["filter", "refuses a host because"],
      sources: [
        filter("PlacementFilter"),
        Source(target: "Fleet", declaration: "struct PlacementRule:") { line in
          line.firstMatch(of: /^case (apart|together)$/).map { ["`\($0.1)`"] }
        },
        filter("ResourceFilter"), filter("RoomFilter"),
      ]),
    ManualTable(
      name: "needs", page: "roost-placement.7.md", head: ["filter", "what the VM needs"],
      sources: [
        Source(target: "Fleet", declaration: "struct HostNeed:") { line in
          line.firstMatch(of: /^case (\w+)(?: = "([a-z-]+)")?$/).map { ["`\($0.2 ?? $0.1)`"] }
        }
      ]),
    ManualTable(
      name: "migration-filters", page: "roost-placement.7.md", head: ["filter", "refuses a move because"],
      sources: [filter("MigrationFilter")]),
    ManualTable(
      name: "scorers", page: "roost-placement.7.md", head: ["scorer", "weight", "is high if"],
      sources: [
        Source(target: "Scheduling", declaration: "struct PlacementScorer:") { line in
          line.firstMatch(of: /^name: "([a-z]+)", weight: ([0-9.]+),$/).map { ["`\($0.1)`", String($0.2)] }
        }
      ]),
    ManualTable(
      name: "checks", page: "roost-checks.7.md", head: ["check", "passes if"],
      sources: ["processorChecks", "kernelChecks", "libvirtChecks", "storageChecks"].map { list in
        Source(target: "Agent", declaration: "static let \(list) = [") { line in
          line.firstMatch(of: /^HostCheck\("([a-z-]+)"[,)]/).map { ["`\($0.1)`"] }
        }
      }),
  ]
}
