internal import Fleet
internal import Foundation
internal import Platform
internal import TOMLKit

/// The file `config.toml`: the coordinators that a user knows, and the current one.
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
  /// The name of the current one, if any.
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

extension ContextFile {
  /// The keys of the file.
  private static let rootKeys = ["current", "contexts"]
  /// The keys of each context.
  private static let keys = ["address", "ca", "certificate", "key", "server_name", "socket"]

  /// Reads the file's text.
  ///
  /// Keys: `current = "NAME"`, and for each context `[contexts.NAME]` with either `socket` or `address`, `ca`,
  /// `certificate`, `key` and `server_name`. Relative paths start at `directory`, and `~/` at `home`.
  /// - Throws: ``FleetError`` with code `invalid` that names file, line or key.
  init(parsing text: String, path: String, home: String) throws(FleetError) {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw FleetError(.invalid, "\(path):\(error.source.begin.line): \(error.description.printable)")
    } catch {
      throw FleetError(.invalid, "\(path) is not TOML: \(String(describing: error).printable)")
    }
    for key in table.keys where !Self.rootKeys.contains(key) {
      let nearest = Spelling.nearest(to: key, among: Self.rootKeys).map { "did you mean \"\($0)\"?" }
      throw FleetError(.invalid, "\(path): unknown key \"\(key.printable)\"", hint: nearest ?? "")
    }
    let resolve = PathResolver(directory: PathResolver.directory(of: path), home: home)
    var contexts: [Context] = []
    if table.contains(key: "contexts") {
      guard let all = table["contexts"]?.table else {
        throw FleetError(.invalid, "\(path): \"contexts\" is not a table")
      }
      for name in all.keys {
        guard let entry = all[name]?.table else {
          throw FleetError(.invalid, "\(path): \"contexts.\(name.printable)\" is not a table")
        }
        contexts.append(
          Context(name: name, endpoint: try Self.endpoint(entry, name: name, path: path, resolve: resolve)))
      }
    }
    self.contexts = contexts.sorted { $0.name < $1.name }
    current = table.contains(key: "current") ? try Self.text(table, "current", path: path, prefix: "") : nil
  }

  private static func endpoint(
    _ table: TOMLTable, name: String, path: String, resolve: PathResolver
  ) throws(FleetError) -> Endpoint {
    let prefix = "contexts.\(name.printable)."
    for key in table.keys where !keys.contains(key) {
      let nearest = Spelling.nearest(to: key, among: keys).map { "did you mean \"\($0)\"?" }
      throw FleetError(.invalid, "\(path): unknown key \"\(prefix)\(key.printable)\"", hint: nearest ?? "")
    }
    if table.contains(key: "socket") {
      guard !table.contains(key: "address") else {
        throw FleetError(.invalid, "\(path): the context \"\(name.printable)\" has both a socket and an address")
      }
      return .socket(resolve(try text(table, "socket", path: path, prefix: prefix)))
    }
    let address = try text(table, "address", path: path, prefix: prefix)
    guard let (host, port) = Self.split(address: address) else {
      throw FleetError(
        .invalid, "\(path): \"\(address.printable)\" is not an address", hint: "write it as HOST:PORT")
    }
    return .tls(
      Endpoint.TLS(
        host: host, port: port, authority: resolve(try text(table, "ca", path: path, prefix: prefix)),
        certificate: resolve(try text(table, "certificate", path: path, prefix: prefix)),
        key: resolve(try text(table, "key", path: path, prefix: prefix)),
        serverName: try text(table, "server_name", path: path, prefix: prefix)))
  }

  private static func text(
    _ table: TOMLTable, _ key: String, path: String, prefix: String
  ) throws(FleetError) -> String {
    guard table.contains(key: key) else { throw FleetError(.invalid, "\(path): \"\(prefix)\(key)\" is missing") }
    guard let text = table[key]?.string, !text.isEmpty else {
      throw FleetError(.invalid, "\(path): \"\(prefix)\(key)\" is not a text")
    }
    return text
  }

  /// Splits `HOST:PORT` or `[V6]:PORT`.
  static func split(address: String) -> (host: String, port: Int)? {
    guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]), port > 0
    else { return nil }
    var host = String(address[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return host.isEmpty ? nil : (host, Int(port))
  }
}

/// Changes the file's text; keeps every other line.
extension ContextFile {
  /// The text with `current` set.
  static func setting(current name: String, in text: String) -> String {
    let line = "current = \(OutputValue.quoted(name))"
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    let firstTable = lines.firstIndex { $0.drop(while: \.isWhitespace).hasPrefix("[") } ?? lines.count
    let existing = lines[..<firstTable].firstIndex { entry in
      let key = entry.drop(while: \.isWhitespace)
      return key.hasPrefix("current") && key.dropFirst(7).drop(while: \.isWhitespace).hasPrefix("=")
    }
    if let existing {
      lines[existing] = line
    } else {
      lines.insert(line, at: 0)
    }
    return lines.joined(separator: "\n")
  }

  /// The text with one more context at its end.
  static func adding(_ name: String, _ tls: Endpoint.TLS, to text: String) -> String {
    let head = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    return head + (head.isEmpty ? "" : "\n") + """
      [contexts.\(OutputValue.quoted(name))]
      address = \(OutputValue.quoted(Endpoint.tls(tls).place))
      ca = \(OutputValue.quoted(tls.authority))
      certificate = \(OutputValue.quoted(tls.certificate))
      key = \(OutputValue.quoted(tls.key))
      server_name = \(OutputValue.quoted(tls.serverName))

      """
  }
}

/// Reads and writes the context file, `~/.config/roost/config.toml`.
struct ContextStore: Sendable {
  /// The file's path.
  let path: String
  /// The user's home directory.
  let home: String

  /// Finds the file by `XDG_CONFIG_HOME`, or `HOME`.
  init(environment: [String: String]) {
    home = environment["HOME"] ?? "/root"
    let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    path = "\(base)/roost/config.toml"
  }

  /// The file's text; empty if there is none.
  func text() throws(FleetError) -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "" }
    return try InputFile(path: path).text()
  }

  /// The contexts; none if there is no file.
  func load() throws(FleetError) -> ContextFile {
    let text = try text()
    return text.isEmpty ? .empty : try ContextFile(parsing: text, path: path, home: home)
  }

  /// Replaces the file, readable only by its owner.
  func save(_ text: String) throws(FleetError) {
    try OutputDirectory.make(PathResolver.directory(of: path))
    try AtomicFile.replace(path, with: text.utf8)
  }
}
