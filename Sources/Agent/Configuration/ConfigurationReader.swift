internal import Fleet
internal import TOMLKit

/// Reads typed values from a TOML table; its errors name the line.
///
/// It checks types itself, since TOMLKit's decoder reports a value of the wrong type as a missing key.
struct ConfigurationReader {
  let text: String
  let name: String

  /// Refuses unknown keys, and names the nearest known one.
  func checkKeys(of table: TOMLTable, in section: String?, known: [String]) throws(FleetError) {
    for key in table.keys.sorted() where !known.contains(key) {
      let place = section.map { "in [\($0)]" } ?? "at the top"
      let near = Spelling.nearest(to: key, among: known).map { "did you mean \($0)?" }
      throw FleetError(
        .invalid, "\(name)\(lineNote(of: key, in: section)): the key \"\(key.printable)\" \(place) is unknown",
        hint: near ?? "known there: \(known.joined(separator: ", "))")
    }
  }

  /// A table, or nil if it is absent.
  func table(_ key: String, of root: TOMLTable) throws(FleetError) -> TOMLTable? {
    guard let value = root[key] else { return nil }
    guard let table = value.tomlValue.table else {
      throw FleetError(.invalid, "\(name)\(lineNote(of: key, in: nil)): \"\(key)\" must be a table, [\(key)]")
    }
    return table
  }

  /// A text, or nil if it is absent.
  func string(_ key: String, of table: TOMLTable, in section: String) throws(FleetError) -> String? {
    guard let value = table[key] else { return nil }
    guard value.type == .string, let text = value.tomlValue.string else {
      throw wrongType(key, in: section, is: value.type, wants: "text in quotes")
    }
    return text
  }

  /// `true` or `false`, or nil if it is absent.
  func flag(_ key: String, of table: TOMLTable, in section: String) throws(FleetError) -> Bool? {
    guard let value = table[key] else { return nil }
    guard value.type == .bool, let flag = value.tomlValue.bool else {
      throw wrongType(key, in: section, is: value.type, wants: "true or false")
    }
    return flag
  }

  /// A list of texts, or nil if it is absent.
  func texts(_ key: String, of table: TOMLTable, in section: String) throws(FleetError) -> [String]? {
    guard let value = table[key] else { return nil }
    guard value.type == .array, let array = value.tomlValue.array else {
      throw wrongType(key, in: section, is: value.type, wants: "a list of texts in quotes")
    }
    var texts: [String] = []
    for element in array {
      guard element.type == .string, let text = element.tomlValue.string, !text.isEmpty, text.utf8.count <= 4096 else {
        throw invalid(key, in: section, "it must be a list of texts in quotes")
      }
      texts.append(text)
      guard texts.count <= 256 else { throw invalid(key, in: section, "it lists more than 256 texts") }
    }
    return texts
  }

  /// A whole number in a range, or nil if it is absent.
  func integer(
    _ key: String, of table: TOMLTable, in section: String, within range: ClosedRange<Int>
  ) throws(FleetError) -> Int? {
    guard let value = table[key] else { return nil }
    guard value.type == .int, let number = value.tomlValue.int else {
      throw wrongType(key, in: section, is: value.type, wants: "a whole number")
    }
    guard range.contains(number) else {
      throw invalid(key, in: section, "\(number) is not from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A number in a range, or nil if it is absent.
  func number(
    _ key: String, of table: TOMLTable, in section: String, within range: ClosedRange<Double>
  ) throws(FleetError) -> Double? {
    guard let value = table[key] else { return nil }
    let number = value.type == .int ? value.tomlValue.int.map(Double.init) : value.tomlValue.double
    guard value.type == .int || value.type == .double, let number else {
      throw wrongType(key, in: section, is: value.type, wants: "a number")
    }
    guard range.contains(number) else {
      throw invalid(key, in: section, "\(number) is not from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A size as text (`"16GiB"`) or in bytes, or nil if it is absent.
  func size(
    _ key: String, of table: TOMLTable, in section: String, least: ByteCount
  ) throws(FleetError) -> ByteCount? {
    guard let value = table[key] else { return nil }
    let size: ByteCount
    if value.type == .int, let bytes = value.tomlValue.int {
      guard bytes >= 0 else { throw invalid(key, in: section, "\(bytes) is negative") }
      size = ByteCount(bytes: Int64(bytes))
    } else if value.type == .string, let text = value.tomlValue.string {
      do { size = try ByteCount(parsing: text) } catch { throw invalid(key, in: section, error.message) }
    } else {
      throw wrongType(key, in: section, is: value.type, wants: "a size such as \"16GiB\"")
    }
    guard size >= least else { throw invalid(key, in: section, "\(size) is less than \(least)") }
    return size
  }

  /// An error that names a key and its line.
  func invalid(_ key: String, in section: String, _ problem: String) -> FleetError {
    FleetError(.invalid, "\(name)\(lineNote(of: key, in: section)): \(section).\(key): \(problem)")
  }

  private func wrongType(_ key: String, in section: String, is type: TOMLType, wants: String) -> FleetError {
    invalid(key, in: section, "it is of the type \(type.rawValue) and must be \(wants)")
  }

  /// `, line 7`, or nothing if the key can't be found in the text.
  private func lineNote(of key: String, in section: String?) -> String {
    var current: String?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if trimmed.first == "[" {
        let title = trimmed.dropFirst().prefix { $0 != "]" }.filter { $0 != " " && $0 != "\t" && $0 != "[" }
        if section == nil, title == key { return ", line \(index + 1)" }
        current = title
        continue
      }
      let left = trimmed.prefix { $0 != "=" && $0 != "#" }.filter { !" \t\"'\r".contains($0) }
      let names = section == current ? [key] : section.map { ["\($0).\(key)"] } ?? []
      if names.contains(left) { return ", line \(index + 1)" }
    }
    return ""
  }
}
