/// Base sixteen, lower case.
package enum Hexadecimal {
  /// The value of one ASCII digit, in either case.
  package static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The digit of a number's last four bits.
  static func digit(_ number: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: number & 0xF)
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// A number with leading zeros up to `digits` digits, and more where it needs them.
  package static func text(_ number: UInt64, digits: Int) -> String {
    let needed = max(1, (67 - number.leadingZeroBitCount) / 4)
    let count = max(digits, needed)
    return String(unsafeUninitializedCapacity: count) { buffer in
      for index in 0..<count {
        let place = count - 1 - index
        buffer[index] = place < 16 ? digit(number >> UInt64(4 * place)) : UInt8(ascii: "0")
      }
      return count
    }
  }

  /// Bytes, two digits each.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { text(UInt64($0), digits: 2) }.joined()
  }

  /// Reads pairs of digits; nil for an odd count or a foreign character.
  package static func bytes(_ text: String) -> [UInt8]? {
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
