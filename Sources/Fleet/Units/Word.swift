/// A word of a closed list, such as a disk's device; reading refuses a word that is not in the list.
package protocol Word: RawRepresentable, Codable where RawValue == String {}

extension Word {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let word = Self(rawValue: text) else { throw decoder.refusal("\"\(text.printable)\" is not known") }
    self = word
  }
}

extension Decoder {
  /// The error for a value that can't be read, with its place.
  func refusal(_ why: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: why))
  }
}
