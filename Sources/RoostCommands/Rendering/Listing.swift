/// Rows of one kind.
struct Listing: Hashable, Sendable {
  /// One column.
  struct Column: Hashable, Sendable {
    let title: String
    /// True if only `-o wide` and `-o csv` show it.
    let isWide: Bool
    /// True for numbers.
    let isRight: Bool

    init(_ title: String, wide: Bool = false, right: Bool = false) {
      self.title = title
      isWide = wide
      isRight = right
    }
  }

  /// One cell.
  struct Cell: Hashable, Sendable, ExpressibleByStringInterpolation {
    let text: String
    let tone: Tone

    init(_ text: String, _ tone: Tone = .plain) {
      self.text = text
      self.tone = tone
    }

    init(stringLiteral value: String) { self.init(value) }
  }

  /// One thing: its name, its cells, and the whole of it.
  struct Row: Hashable, Sendable {
    let name: String
    let cells: [Cell]
    let tree: Tree
  }

  /// The columns, in order.
  let columns: [Column]
  /// The rows, in order.
  let rows: [Row]
  /// What to say to a person if there is none.
  let empty: String
}
