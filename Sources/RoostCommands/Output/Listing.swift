internal import Fleet

/// Rows of one kind.
struct Listing: Hashable, Sendable {
  /// One column.
  struct Column: Hashable, Sendable {
    let title: String
    /// True if only `-o wide` and `-o csv` show it.
    let isWide: Bool
    /// True for numbers.
    let isRight: Bool
    /// Its name in `-o csv`.
    let key: String
    /// True if only `-o csv` shows it.
    let isForSpreadsheets: Bool
    /// When a terminal that is too narrow loses it: the highest number goes first, 0 stays.
    let drop: Int
    /// How narrow its texts may be cut before a column goes; nil for what is shown whole.
    let cut: Int?
    /// True for ids, of which the first eight characters will do.
    let isID: Bool

    init(
      _ title: String, wide: Bool = false, right: Bool = false, csv key: String? = nil, drop: Int = 0,
      cut: Int? = nil, id: Bool = false
    ) {
      self.title = title
      self.drop = drop
      self.cut = cut
      isID = id
      isWide = wide
      isRight = right
      self.key = key ?? title.lowercased().replacing(" ", with: "_")
      isForSpreadsheets = false
    }

    /// A column that only `-o csv` shows.
    init(csv key: String) {
      title = ""
      isWide = true
      isRight = false
      self.key = key
      isForSpreadsheets = true
      drop = 0
      cut = nil
      isID = false
    }
  }

  /// One cell.
  struct Cell: Hashable, Sendable, ExpressibleByStringInterpolation {
    let text: String
    let style: TextStyle
    /// The raw value for a spreadsheet, if it differs from the text.
    let raw: OutputValue?

    init(_ text: String, _ style: TextStyle = .plain, raw: OutputValue? = nil) {
      self.text = text
      self.style = style
      self.raw = raw
    }

    /// Memory or disk: `4GiB` for people.
    init(_ size: ByteCount, _ style: TextStyle = .plain) { self.init(size.description, style, raw: .bytes(size)) }

    /// How long ago a moment was, for people.
    init(ageOf moment: Timestamp?, at now: Timestamp) { self.init(Age.text(of: moment, at: now), raw: .time(moment)) }

    init(stringLiteral value: String) { self.init(value) }
  }

  /// One item: its name, its cells, and its full value.
  struct Row: Hashable, Sendable {
    let name: String
    let cells: [Cell]
    let outputValue: OutputValue
  }

  /// The columns, in order.
  let columns: [Column]
  /// The rows, in order.
  let rows: [Row]
  /// The sentence for people if there are no rows.
  let empty: String
}

extension Listing {
  /// Parts of one listing as a whole.
  init(joining parts: [Listing]) {
    self.init(
      columns: parts.first?.columns ?? [], rows: parts.flatMap(\.rows), empty: parts.first?.empty ?? "")
  }

  /// The first rows.
  func prefix(_ count: Int) -> Listing {
    rows.count <= count ? self : Listing(columns: columns, rows: Array(rows.prefix(max(0, count))), empty: empty)
  }
}

/// One item with everything known about it.
struct Detail: Hashable, Sendable {
  /// One labelled value, a heading or a line.
  enum Line: Hashable, Sendable {
    /// A label and its value.
    case field(String, Listing.Cell)
    /// A heading.
    case section(String)
    /// A line of its own.
    case text(Listing.Cell)
  }

  /// Its name.
  let name: String
  /// The lines for people.
  let lines: [Line]
  /// The full value.
  let outputValue: OutputValue
}
