extension String {
  /// The text as far as it fits a field of so many bytes, cut between two characters.
  ///
  /// What a host's programs and other people's domains say can be of any length; the border on the other side refuses
  /// a whole message for one field that is too long.
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
  /// The number, or the largest that a field takes.
  var held: UInt64 { Swift.min(self, FieldLimit.number) }
}
