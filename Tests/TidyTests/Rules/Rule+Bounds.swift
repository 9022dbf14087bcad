extension Rule {
  /// Where code reads what comes from outside: messages, documents, files and texts of people.
  ///
  /// The rule below holds in these folders and files of `Sources`, and in every service of the coordinator.
  private static let borders = [
    "RoostAPI/", "DomainXML/", "Fleet/Addresses/", "Fleet/Units/", "Fleet/NameRule.swift", "Coordinator/Images/",
    "Coordinator/Access/", "Coordinator/Tunnels/", "Agent/Starts/", "Agent/Tunnels/", "Agent/Images/",
    "Agent/Queries/", "Agent/Joining/", "Agent/State/", "RoostCommands/VMFiles/",
  ]

  /// The types whose whole work is arithmetic on bytes, digits and places, each of them checked by its own tests, and
  /// most by a fuzzer: what they do is why the others need none.
  private static let borderTypes: Set<String> = [
    "BoundedDecoder", "Base64URL", "CRC32", "JoinToken", "Hexadecimal", "IPAddress", "MACAddress", "MACPattern",
    "MACPool", "MACRange", "ByteCount", "Timestamp", "ID", "XMLScanner", "XMLSource", "ImageHeader",
    "OpenFile", "Spelling",
  ]

  /// Nothing at a border adds, subtracts, multiplies, converts, indexes or splits what came from outside unless it is
  /// checked: `addingReportingOverflow`, `Int(clamping:)`, `first`, `maxSplits:`, or a line with `BOUNDED:` and why.
  static var bounds: Rule {
    Rule("bounds") { file in
      guard file.isShipped, file.parts.count > 1, !borderTypes.contains(String(file.stem.prefix { $0 != "+" })) else {
        return []
      }
      let path = file.path.dropFirst("Sources/".count)
      let isService = path.hasPrefix("Coordinator/") && file.stem.prefix { $0 != "+" }.hasSuffix("Service")
      guard isService || borders.contains(where: path.hasPrefix) else { return [] }
      var lines: Set<Int> = []
      return file.tokens.indices.compactMap { index in
        let line = file.tokens[index].line
        guard let detail = unchecked(file.tokens, index), !isExplained(file, line), lines.insert(line).inserted else {
          return nil
        }
        return file.finding("bounds", line: line, detail)
      }
    }
  }

  /// True if the line, or one of the three before it, says why.
  private static func isExplained(_ file: SourceFile, _ line: Int) -> Bool {
    file.lines[max(0, line - 4)..<min(line, file.lines.count)].contains { text in
      text.firstRange(of: "// BOUNDED: ").map { !text[$0.upperBound...].isEmpty } ?? false
    }
  }

  private static let integers: Set<String> = [
    "Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8", "UInt16", "UInt32", "UInt64",
  ]
  private static let labels: Set<String> = ["exactly", "clamping", "truncatingIfNeeded", "bitPattern", "ascii"]

  private static func unchecked(_ tokens: [Token], _ index: Int) -> String? {
    let token = tokens[index]
    let before = index > 0 ? tokens[index - 1] : nil
    let next = index + 1 < tokens.count ? tokens[index + 1] : nil
    if ["+", "-", "*"].contains(token.text), token.isSpaced { return arithmetic(tokens, index) }
    if integers.contains(token.text), before?.text != ".", next?.text == "(", next?.isSpaced == false {
      return conversion(tokens, index)
    }
    if token.text == "[", !token.isSpaced, let before, before.isWord || [")", "]"].contains(before.text) {
      return place(tokens, index)
    }
    if token.text == "split", next?.text == "(" {
      let end = closing(tokens, index + 1)
      let words = tokens[index..<end].map(\.text)
      guard before?.text == "." else { return nil }
      return words.contains("maxSplits") ? nil : "split without maxSplits"
    }
    return nil
  }

  /// Lists and texts that the tree has, which are put together and not added up.
  private static let collections: Set<String> = [
    "bytes", "output", "text", "macs", "body", "tag", "value", "reason", "prefix", "serials", "consoles", "interfaces",
    "backing", "differences", "names", "serverNames", "found", "properties", "arguments", "nics", "tuned",
    "systemRequirements",
  ]

  /// Numbers, by what stands at both sides: texts and lists are put together with the same sign. Two literals, a
  /// literal and a constant of a type, and a variable of one's own that counts by one are as they are in the source.
  private static func arithmetic(_ tokens: [Token], _ index: Int) -> String? {
    guard index > 0, index + 1 < tokens.count else { return nil }
    let (before, after) = (tokens[index - 1], tokens[index + 1])
    let isAssignment = after.text == "=" && !after.isSpaced
    let right = isAssignment && index + 2 < tokens.count ? tokens[index + 2] : after
    guard isAssignment || after.isSpaced, before.isWord || [")", "]", "\""].contains(before.text) else { return nil }
    guard ![before.text, right.text].contains("\""), right.text != "[", before.text != "]" else { return nil }
    guard !collections.contains(before.text), !collections.contains(right.text) else { return nil }
    let isOwn = index < 2 || tokens[index - 2].text != "."
    if isLiteral(before), isLiteral(right) || right.text.first?.isUppercase == true { return nil }
    if isAssignment, isOwn, right.text == "1" { return nil }
    return "an unchecked \(tokens[index].text)\(isAssignment ? "=" : "")"
  }

  private static func isLiteral(_ token: Token) -> Bool { token.text.first?.isNumber == true }

  private static func conversion(_ tokens: [Token], _ index: Int) -> String? {
    let first = index + 2 < tokens.count ? tokens[index + 2].text : ""
    let colon = index + 3 < tokens.count ? tokens[index + 3].text : ""
    if colon == ":", labels.contains(first) { return nil }
    // A constant of the system, by its capitals.
    if first.contains("_") || first.count > 5, first == first.uppercased() { return nil }
    // With a radix it reads a text, and is nil for what is none.
    if tokens[index..<closing(tokens, index + 1)].contains(where: { $0.text == "radix" }) { return nil }
    return "an unchecked \(tokens[index].text)(…)"
  }

  /// What places in lists are called; a key that is missing is nil.
  private static let places: Set<String> = ["index", "offset", "place", "position", "start", "end", "count", "number"]

  /// A place in a list: a number, a range, a sum, or what is named like one.
  private static func place(_ tokens: [Token], _ index: Int) -> String? {
    let end = closing(tokens, index)
    let inner = tokens[(index + 1)..<end].map(\.text)
    guard !inner.isEmpty, inner != [".", ".", "."], !inner.contains("default") else { return nil }
    let isPlace =
      inner.contains { ["+", "-", "*", "<"].contains($0) }
      || inner.count == 1 && (places.contains(inner[0]) || inner[0].first?.isNumber == true)
    guard isPlace || inner.suffix(3) == [".", ".", "."] || inner.prefix(3) == [".", ".", "."] else { return nil }
    return "an unchecked [\(inner.joined())]"
  }

  /// The index of the bracket that closes the one at `index`.
  private static func closing(_ tokens: [Token], _ index: Int) -> Int {
    var depth = 0
    for position in index..<tokens.count {
      switch tokens[position].text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      default: break
      }
      if depth == 0 { return position }
    }
    return tokens.count - 1
  }
}
