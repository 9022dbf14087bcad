/// One thing with all that is known of it.
struct Detail: Hashable, Sendable {
  /// One labelled value; a label of its own line heads a section.
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
  /// What a person reads.
  let lines: [Line]
  /// The whole of it.
  let tree: Tree
}
