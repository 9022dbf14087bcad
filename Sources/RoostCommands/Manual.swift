internal import Fleet
internal import Foundation

/// The manual pages, whose sources are installed beside the program: `roost help TOPIC`.
struct Manual {
  /// One page.
  struct Page {
    /// Such as `roost-placement`.
    let name: String
    /// Such as 7.
    let section: Int
    /// Its source.
    let source: String

    /// Its title in `man`.
    var title: String { "\(name)(\(section))" }

    /// Its summary line, without the name.
    var about: String {
      let lines = source.split(separator: "\n").map { String($0) }
      guard let line = lines.drop(while: { $0 != "## NAME" }).dropFirst().first else { return "" }
      return line.split(separator: " - ", maxSplits: 1).last.map { Self.plain($0) } ?? ""
    }

    /// A line without Markdown.
    static func plain(_ line: some StringProtocol) -> String {
      String(line).replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.1 }.replacing("`", with: "").replacing("**", with: "")
    }

    /// The page for a terminal or a pipe.
    var text: String {
      var lines: [String] = []
      var rows: [[String]] = []
      var isCode = false
      for line in source.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().map({ String($0) }) {
        if line.hasPrefix("```") {
          isCode.toggle()
        } else if isCode {
          lines.append("    " + line)
        } else if line.hasPrefix("|") {
          let cells = line.split(separator: "|").map { Self.plain($0.trimmingCharacters(in: .whitespaces)) }
          if !line.hasPrefix("|--") { rows.append(cells) }
        } else {
          lines += Self.columns(rows)
          rows = []
          guard !line.hasPrefix("<!--") else { continue }
          lines.append(Self.plain(line.hasPrefix("## ") ? String(line.dropFirst(3)) : line))
        }
      }
      return lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    /// A table's rows as lines.
    private static func columns(_ rows: [[String]]) -> [String] {
      let count = rows.map(\.count).max() ?? 0
      let widths = (0..<count).map { column in
        rows.compactMap { $0.dropFirst(column).first?.count }.max() ?? 0
      }
      return rows.map { row in
        let cells = zip(row, widths).map { cell, width in cell.padding(toLength: width, withPad: " ", startingAt: 0) }
        return ("  " + cells.joined(separator: "  ")).replacing(/\s+$/, with: "")
      }
    }
  }

  /// The directory of the sources; nil if there is none.
  let folder: String?

  /// Finds the pages of an installed program, or those of the source tree in which it was built.
  /// - Parameter program: the program's own path; nil if unknown.
  init(beside program: String?) {
    var folders: [String] = []
    if let program {
      var directory = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
      folders.append(directory.deletingLastPathComponent().path + "/share/doc/roost/manual")
      for _ in 0..<4 {
        directory.deleteLastPathComponent()
        folders.append(directory.path + "/deploy/man")
      }
    }
    folder = folders.first { FileManager.default.fileExists(atPath: $0 + "/roost.1.md") }
  }

  /// The pages by name.
  var pages: [Page] {
    guard let folder, let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
    return files.sorted().compactMap { file in
      guard let match = file.wholeMatch(of: /([a-z.-]+)\.([1-9])\.md/), let section = Int(match.2),
        let source = try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      else { return nil }
      return Page(name: String(match.1), section: section, source: source)
    }
  }

  /// The page for a topic: its name, with or without the prefix `roost-` and the section.
  func page(for topic: String) -> Page? {
    let name = topic.replacing(/\([1-9]\)$/, with: "")
    return pages.first { $0.name == name || $0.name == "roost-\(name)" }
  }

  /// The file for `man`, if the page is installed.
  func rendered(_ page: Page) -> String? {
    guard let folder, folder.hasSuffix("/share/doc/roost/manual") else { return nil }
    let file = "\(folder.dropLast("/doc/roost/manual".count))/man/man\(page.section)/\(page.name).\(page.section)"
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  /// Answers `help TOPIC`.
  /// - Returns: false for anything else, and for the help of a command.
  static func answer(to words: [String], in environment: CommandEnvironment) throws(FleetError) -> Bool {
    guard words.count == 2, words[0] == "help", !words[1].hasPrefix("-"), !RoostCommand.words.contains(words[1])
    else { return false }
    let manual = Manual(beside: environment.program)
    if words[1] == "topics" {
      try manual.checkPresence()
      for page in manual.pages { environment.output.writeLine("\(page.title): \(page.about)") }
    } else if let page = manual.page(for: words[1]) {
      if environment.output.isTerminal, let file = manual.rendered(page), environment.showPage?(file) == true {
        return true
      }
      environment.output.writeLine(page.text)
    } else if let answer = VirshCommand.answer(to: [words[1]]) ?? UnavailableCommand.answer(to: [words[1]]) {
      throw answer
    } else {
      try manual.checkPresence()
      let known = RoostCommand.words + manual.pages.map(\.name)
      let nearest = Spelling.nearest(to: words[1], among: known).map { "did you mean: roost help \($0)" }
      throw .usage(
        "\"\(words[1].printable)\" is neither a verb nor a page of the manual", hint: nearest ?? "roost help topics")
    }
    return true
  }

  private func checkPresence() throws(FleetError) {
    guard folder == nil else { return }
    throw FleetError(
      .notFound, "the manual is not installed with this program", hint: "deploy/install cli installs both")
  }
}
