/// The rules for text that goes into a document, and for text that comes out.
enum XMLText {
  /// Whether XML counts the byte as white space.
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }

  /// Whether the text is empty or white space alone.
  static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy(isSpace) }

  /// The text without white space at both ends.
  static func trimmed(_ text: String) -> String {
    let bytes = text.utf8
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(text[first...last])
  }

  /// Refuses characters that no XML document may hold, escaped or not.
  static func check(_ text: String, element: String) throws(DomainXMLError) {
    for scalar in text.unicodeScalars {
      let isAllowed: Bool
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: isAllowed = true
      case 0..<0x20, 0xFFFE, 0xFFFF: isAllowed = false
      default: isAllowed = true
      }
      guard isAllowed else {
        let number = "U+" + String(scalar.value, radix: 16, uppercase: true)
        throw DomainXMLError(
          .invalidCharacter, element: element, "the text for \(element) contains the character \(number)")
      }
    }
  }

  /// Refuses what is not a plain element or attribute name.
  static func checkName(_ name: String) throws(DomainXMLError) {
    let isLetter = { (byte: UInt8) in
      (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }
    let isInner = { (byte: UInt8) in
      isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
    guard let first = name.utf8.first, isLetter(first), name.utf8.allSatisfy(isInner) else {
      throw DomainXMLError(.invalidValue, element: name, "\"\(name)\" is not an element or attribute name")
    }
  }

  /// Text as it stands between tags.
  static func escaped(_ text: String) -> String { replacing(text, isAttribute: false) }

  /// Text as it stands between quotes.
  static func escapedAttribute(_ text: String) -> String { replacing(text, isAttribute: true) }

  private static func replacing(_ text: String, isAttribute: Bool) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\r": result += "&#13;"
      case "'" where isAttribute: result += "&apos;"
      case "\"" where isAttribute: result += "&quot;"
      case "\n" where isAttribute: result += "&#10;"
      case "\t" where isAttribute: result += "&#9;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
