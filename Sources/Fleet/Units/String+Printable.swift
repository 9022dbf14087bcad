extension String {
  /// The text with control characters escaped and at most 200 characters, fit for an error or a log line.
  public var printable: String {
    var result = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 200 { return result + "…" }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(Hexadecimal.text(UInt64(scalar.value), digits: 1))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
