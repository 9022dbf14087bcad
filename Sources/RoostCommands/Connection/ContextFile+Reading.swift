internal import Fleet
internal import TOMLKit

extension ContextFile {
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
    for key in table.keys where !["current", "contexts"].contains(key) {
      let nearest = Spelling.nearest(to: key, among: ["current", "contexts"]).map { "did you mean \"\($0)\"?" }
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
