extension String {
  /// The text truncated to a field's limit in bytes, between two characters.
  ///
  /// Texts of a host's programs and of foreign domains can have any length, and the receiver refuses a whole message
  /// for one field that is too long.
  func held(to limit: Int = FieldLimit.text) -> String {
    guard utf8.count > limit else { return self }
    var result = ""
    var left = limit
    for scalar in unicodeScalars {
      let length = scalar.utf8.count
      guard length <= left else { break }
      // BOUNDED: the guard has compared them.
      left -= length
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}

extension UInt64 {
  /// The number, clamped to the largest that a field takes.
  var held: UInt64 { Swift.min(self, FieldLimit.number) }
}
