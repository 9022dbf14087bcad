package import Fleet
internal import Foundation

/// Keeps the results of the checks in the previous boot, to report what has changed since.
enum CheckHistory {
  private struct Saved: Codable {
    var bootID: String
    /// Verdicts by check, of this boot.
    var verdicts: [String: String]
    /// Verdicts by check, of the boot before.
    var earlier: [String: String]
  }

  private static let file = "checks.json"

  /// Adds the result of the last boot to each result that differs from it, and stores the new ones.
  static func compare(_ results: [CheckResult], bootID: String, in directory: StateDirectory) -> [CheckResult] {
    let saved = try? directory.read(file, as: Saved.self)
    let earlier = saved.map { $0.bootID == bootID ? $0.earlier : $0.verdicts } ?? [:]
    let verdicts = Dictionary(results.map { ($0.check, $0.result.rawValue) }, uniquingKeysWith: { first, _ in first })
    if saved?.bootID != bootID || saved?.verdicts != verdicts {
      try? directory.write(Saved(bootID: bootID, verdicts: verdicts, earlier: earlier), to: file)
    }
    return results.map { result in
      guard let before = earlier[result.check], before != result.result.rawValue else { return result }
      var changed = result
      changed.detail += " (before the last boot: \(before))"
      return changed
    }
  }
}

/// Shows check results.
package enum CheckRendering {
  private struct Row: Encodable {
    let check: String
    let result: String
    let detail: String
    let fix: String
  }

  /// One line for each check, `PASS`, `WARN` or `FAIL` first, with the command that fixes it on a line of its own.
  package static func text(_ results: [CheckResult]) -> String {
    let width = results.map(\.check.count).max() ?? 0
    let lines = results.map { result in
      let name = result.check + String(repeating: " ", count: width - result.check.count)
      let line = "\(result.result.rawValue.uppercased())  \(name)  \(result.detail)"
      return result.fix.isEmpty || result.result == .pass ? line : "\(line)\n      fix: \(result.fix)"
    }
    func count(_ verdict: CheckResult.Verdict) -> Int { results.count { $0.result == verdict } }
    let summary = "\(count(.pass)) passed, \(count(.warn)) warnings, \(count(.fail)) failed"
    return (lines + [summary]).joined(separator: "\n") + "\n"
  }

  /// A JSON array of `{check, result, detail, fix}`.
  package static func json(_ results: [CheckResult]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let rows = results.map { Row(check: $0.check, result: $0.result.rawValue, detail: $0.detail, fix: $0.fix) }
    let text = String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
    // Foundation puts a blank before each colon, where `roost` puts none; a quote inside a value is escaped.
    return ["check", "result", "detail", "fix"].reduce(text) { $0.replacing("\"\($1)\" : ", with: "\"\($1)\": ") }
  }
}
