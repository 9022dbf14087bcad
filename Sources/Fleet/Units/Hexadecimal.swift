/// Base sixteen, lower case.
public enum Hexadecimal {
  /// The value of one ASCII digit, in either case.
  public static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// A number with leading zeros up to `digits` digits.
  public static func text(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Bytes, two digits each.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { text(UInt64($0), digits: 2) }.joined()
  }

  /// Reads pairs of digits; nil for an odd count or a foreign character.
  public static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.map(value(of:))
    guard values.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    for index in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[index], let low = values[index + 1] else { return nil }
      result.append(high << 4 | low)
    }
    return result
  }
}
