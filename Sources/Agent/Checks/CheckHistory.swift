internal import Fleet

/// Remembers how the checks went in the boot before this one, and tells what has changed since.
enum CheckHistory {
  private struct Saved: Codable {
    var bootID: String
    /// Verdicts by check, of this boot.
    var verdicts: [String: String]
    /// Verdicts by check, of the boot before.
    var earlier: [String: String]
  }

  private static let file = "checks.json"

  /// Adds to each result that differs from the last boot's what it was then, and keeps the new ones.
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
