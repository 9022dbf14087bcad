internal import Fleet

/// Lengths of time as people type them.
enum Span {
  /// Reads `90`, `90s`, `5m`, `2h` or `7d` as seconds, 1 to 31,536,000.
  static func seconds(_ text: String) throws(FleetError) -> Int64 {
    let factors: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let number = Int64(digits), number >= 1, unit.count <= 1,
      let factor = unit.first.map({ factors[$0] }) ?? 1, number <= 31_536_000 / factor
    else {
      throw .usage("\"\(text.printable)\" is not a length of time", hint: "write 30s, 5m, 2h or 7d, at most 365d")
    }
    return number * factor
  }
}
