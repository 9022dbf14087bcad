internal import Fleet
internal import TOMLKit

/// `config.toml`: the coordinators a person knows, and the one they use.
struct ContextFile: Hashable, Sendable {
  /// A coordinator with a name.
  struct Context: Hashable, Sendable {
    /// Its name in the file.
    let name: String
    /// Where it listens.
    let endpoint: Endpoint
  }

  /// The contexts by name.
  var contexts: [Context]
  /// The name of the one in use, if any.
  var current: String?

  /// An empty file.
  static let empty = ContextFile(contexts: [], current: nil)

  /// The context of that name.
  func context(_ name: String) throws(FleetError) -> Context {
    if let found = contexts.first(where: { $0.name == name }) { return found }
    let nearest = Spelling.nearest(to: name, among: contexts.map(\.name)).map { "did you mean \"\($0)\"?" }
    throw FleetError(
      .notFound, "there is no context \"\(name.printable)\"", hint: nearest ?? "roost context list")
  }
}
