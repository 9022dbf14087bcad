extension MarkupElement {
  /// An attribute as a number, decimal or with `0x`; nil if absent or something else.
  func number(_ attribute: String) -> Int? {
    guard let text = self.attribute(attribute) else { return nil }
    return MarkupElement.number(in: text)
  }

  /// The text as a number, decimal or with `0x`.
  var textNumber: Int? { trimmedText.flatMap(MarkupElement.number(in:)) }

  private static func number(in text: String) -> Int? {
    let trimmed = MarkupText.trimmed(text)
    if trimmed.hasPrefix("0x") || trimmed.hasPrefix("0X") { return Int(trimmed.dropFirst(2), radix: 16) }
    return Int(trimmed, radix: 10)
  }

  /// Whether an attribute says `yes`.
  func isYes(_ attribute: String) -> Bool { self.attribute(attribute) == "yes" }

  /// Whether an attribute says `yes` or `on`; nil if absent.
  func flag(_ attribute: String) -> Bool? {
    self.attribute(attribute).map { $0 == "yes" || $0 == "on" }
  }
}
