extension String {
  /// The text with control characters escaped and at most 200 characters, fit for an error or a log line.
  public var printable: String {
    var result = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 200 { return result + "…" }
      if scalar.isPrintable {
        result.unicodeScalars.append(scalar)
      } else {
        // BOUNDED: a scalar has 21 bits.
        result += "\\u{\(Hexadecimal.text(UInt64(scalar.value), digits: 1))}"
      }
    }
    return result
  }

  /// The text with control characters escaped, at any length.
  public var singleLine: String {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isPrintable {
        result.unicodeScalars.append(scalar)
      } else {
        // BOUNDED: a scalar's number has 21 bits.
        result += "\\u{\(Hexadecimal.text(UInt64(scalar.value), digits: 1))}"
      }
    }
    return result
  }

  /// True if no character would be escaped by ``printable``, however long the text is.
  public var isPrintable: Bool { unicodeScalars.allSatisfy(\.isPrintable) }
}

extension Unicode.Scalar {
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
