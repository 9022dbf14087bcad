/// What a command has to show.
enum View: Hashable, Sendable {
  /// Rows of one kind.
  case listing(Listing)
  /// One thing.
  case detail(Detail)

  /// The whole of it.
  var tree: Tree {
    switch self {
    case .listing(let listing): .list(listing.rows.map(\.tree))
    case .detail(let detail): detail.tree
    }
  }
}
