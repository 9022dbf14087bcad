internal import Fleet
internal import Foundation

/// JSON in the form that the database stores: sorted keys, so that equal values are equal text.
enum JSONText {
  // JSON has no infinity; a score that was one comes back as one.
  private static let strings = (positive: "inf", negative: "-inf", none: "nan")

  static func encode(_ value: some Encodable) throws(FleetError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: strings.positive, negativeInfinity: strings.negative, nan: strings.none)
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw FleetError(.internal, "a value can't be written as JSON: \(String(describing: error).printable)")
    }
  }

  static func decode<Value: Decodable>(_: Value.Type, from text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: strings.positive, negativeInfinity: strings.negative, nan: strings.none)
    return try decoder.decode(Value.self, from: Data(text.utf8))
  }
}

extension DecodingError {
  /// The place and the reason, such as `disks[0]: the disk source "tape" is not known`.
  var sentence: String {
    switch self {
    case .keyNotFound(let key, let context): Self.sentence(context, "\"\(key.stringValue)\" is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      Self.sentence(context, context.debugDescription)
    @unknown default: String(describing: self)
    }
  }

  private static func sentence(_ context: Context, _ reason: String) -> String {
    let place = context.codingPath.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
    return place.isEmpty ? reason : "\(place): \(reason)"
  }
}
