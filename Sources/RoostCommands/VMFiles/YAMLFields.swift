internal import Fleet
internal import Yams

/// The keys and values of one mapping of a YAML file; every error names the file and the line.
struct YAMLFields {
  private let file: String
  private let line: Int
  private let values: [String: Node]

  /// Reads a mapping.
  /// - Parameter known: its valid keys.
  /// - Throws: ``FleetError`` with code `invalid` for a node that is not a mapping, and for an unknown or repeated key.
  init(_ node: Node, of what: String, known: [String], in file: String) throws(FleetError) {
    self.file = file
    line = node.mark?.line ?? 1
    guard case .mapping(let mapping) = node else {
      throw Self.error(file, line, "\(what) is not a mapping of keys and values")
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      let line = key.mark?.line ?? line
      guard case .scalar(let scalar) = key else { throw Self.error(file, line, "a key of \(what) is not a word") }
      guard known.contains(scalar.string) else {
        let nearest = Spelling.nearest(to: scalar.string, among: known).map { "did you mean \"\($0)\"?" }
        throw Self.error(
          file, line, "unknown key \"\(scalar.string.printable)\" of \(what)",
          hint: nearest ?? "known keys: \(known.joined(separator: ", "))")
      }
      guard values.updateValue(value, forKey: scalar.string) == nil else {
        throw Self.error(file, line, "the key \"\(scalar.string)\" of \(what) stands there twice")
      }
    }
    self.values = values
  }

  private static func error(_ file: String, _ line: Int, _ message: String, hint: String = "") -> FleetError {
    FleetError(.invalid, "\(file):\(line): \(message)", hint: hint)
  }

  /// An error about a key's value, or about the mapping if the key is missing.
  func error(_ key: String, _ message: String, hint: String = "") -> FleetError {
    Self.error(file, values[key]?.mark?.line ?? line, message, hint: hint)
  }

  /// The node of a key; nil if it is missing or null.
  func node(_ key: String) -> Node? {
    guard let node = values[key] else { return nil }
    if case .scalar(let scalar) = node, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
      return nil
    }
    return node
  }

  /// The text of a key.
  func text(_ key: String) throws(FleetError) -> String? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node else { throw error(key, "\(key) is not a single value") }
    return scalar.string
  }

  /// The text of a required key.
  func requiredText(_ key: String) throws(FleetError) -> String {
    guard let text = try text(key) else { throw error(key, "\(key) is missing") }
    return text
  }

  /// The whole number of a key.
  func integer(_ key: String) throws(FleetError) -> Int? {
    guard let text = try text(key) else { return nil }
    guard let number = Int(text, radix: 10) else {
      throw error(key, "\(key) is \"\(text.printable)\"; it is a whole number")
    }
    return number
  }

  /// The truth value of a key.
  func flag(_ key: String) throws(FleetError) -> Bool? {
    guard let text = try text(key) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw error(key, "\(key) is \"\(text.printable)\"; it is true or false")
    }
  }

  /// The size of a key.
  func size(_ key: String) throws(FleetError) -> ByteCount? {
    guard let text = try text(key) else { return nil }
    return try located(key) { () throws(FleetError) in try ByteCount(parsing: text) }
  }

  /// The word of a key, one of a type's cases.
  func word<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ type: Word.Type
  ) throws(FleetError) -> Word? {
    guard let text = try text(key) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue)
    let nearest = Spelling.nearest(to: text, among: known).map { "did you mean \"\($0)\"?" }
    throw error(
      key, "\(key) is \"\(text.printable)\"; it is one of \(known.joined(separator: ", "))", hint: nearest ?? "")
  }

  /// The number of a key, which may have a fraction.
  func number(_ key: String) throws(FleetError) -> Double? {
    guard let text = try text(key) else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw error(key, "\(key) is \"\(text.printable)\"; it is a number")
    }
    return number
  }

  /// The texts of a key: one, or a list of them, at most 64 unless said otherwise.
  func texts(_ key: String, atMost most: Int = 64) throws(FleetError) -> [String]? {
    guard let node = node(key) else { return nil }
    if case .scalar(let scalar) = node { return [scalar.string] }
    var texts: [String] = []
    for item in try list(key, atMost: most) ?? [] {
      guard case .scalar(let scalar) = item else { throw error(key, "\(key) is a list of words") }
      texts.append(scalar.string)
    }
    return texts
  }

  /// The words of a key: a text with blanks between them, or a list.
  func words(_ key: String, atMost most: Int) throws(FleetError) -> [String]? {
    guard case .scalar(let scalar)? = node(key) else { return try texts(key, atMost: most) }
    return scalar.string.split(separator: " ", maxSplits: 4096).map(String.init)
  }

  /// The pairs of a key's mapping, ordered by key.
  func pairs(_ key: String) throws(FleetError) -> [(String, Node)] {
    guard let node = node(key) else { return [] }
    guard case .mapping(let mapping) = node else { throw error(key, "\(key) is not a mapping") }
    var pairs: [(String, Node)] = []
    for (name, value) in mapping {
      guard case .scalar(let scalar) = name else { throw error(key, "a key of \(key) is not a word") }
      pairs.append((scalar.string, value))
    }
    return pairs.sorted { $0.0 < $1.0 }
  }

  /// The nodes of a key's list, at most 64 unless said otherwise.
  func list(_ key: String, atMost most: Int = 64) throws(FleetError) -> [Node]? {
    guard let node = node(key) else { return nil }
    guard case .sequence(let sequence) = node else { throw error(key, "\(key) is not a list") }
    guard sequence.count <= most else {
      throw error(key, "\(key) has \(sequence.count) entries; there are at most \(most)")
    }
    return Array(sequence)
  }

  /// Runs `body` and puts file and line in front of its error.
  func located<Value>(_ key: String, _ body: () throws(FleetError) -> Value) throws(FleetError) -> Value {
    do {
      return try body()
    } catch {
      throw self.error(key, "\(key): \(error.message)", hint: error.hint)
    }
  }
}
