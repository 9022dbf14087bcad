/// How far apart two words are.
enum EditDistance {
  /// The fewest insertions, deletions and replacements of characters that turn one word into the other.
  static func between(_ left: String, _ right: String) -> Int {
    let right = Array(right.prefix(64))
    var row = Array(0...right.count)
    for (index, character) in left.prefix(64).enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let above = row[column + 1]
        row[column + 1] = min(above + 1, row[column] + 1, diagonal + (right[column] == character ? 0 : 1))
        diagonal = above
      }
    }
    return row.last ?? 0
  }
}
