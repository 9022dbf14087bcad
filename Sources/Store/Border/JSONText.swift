internal import Fleet
internal import Foundation

/// JSON in the form that the database stores: sorted keys, so that equal values are equal text.
enum JSONText {
  // JSON has no infinity; a score that was one comes back as one.
  private static let strings = (positive: "inf", negative: "-inf", none: "nan")

  static func encode(_ document: some Encodable) throws(FleetError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: strings.positive, negativeInfinity: strings.negative, nan: strings.none)
    do {
      return String(decoding: try encoder.encode(document), as: UTF8.self)
    } catch {
      throw FleetError(.internal, "a value can't be written as JSON: \(String(describing: error).printable)")
    }
  }

  static func decode<Document: Decodable>(_: Document.Type, from text: String) throws -> Document {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: strings.positive, negativeInfinity: strings.negative, nan: strings.none)
    return try decoder.decode(Document.self, from: Data(text.utf8))
  }
}
