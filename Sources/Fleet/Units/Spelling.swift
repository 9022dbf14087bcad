/// Guesses what the user meant to type.
package enum Spelling {
  /// The known word that is nearest to `word`, without regard to case, if at most a third of its characters differ.
  ///
  /// Words of more than 64 bytes are ignored.
  package static func nearest(to word: String, among known: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let ranked = known.filter { $0.utf8.count <= 64 }.map { other in
      (word: other, distance: distance(word.lowercased(), other.lowercased()))
    }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.word.count / 3) ? best.word : nil
  }

  /// The fewest insertions, deletions, replacements and swaps of neighbours between two words.
  package static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var rows = [Array(0...right.count)]
    for (row, character) in left.enumerated() {
      var line = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(line[column] + 1, rows[row][column + 1] + 1, rows[row][column] + (character == other ? 0 : 1))
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          cost = min(cost, rows[row - 1][column - 1] + 1)
        }
        line.append(cost)
      }
      rows.append(line)
    }
    return rows[left.count][right.count]
  }
}
