internal import Fleet

/// Changes the file's text and leaves every other line as it is.
extension ContextFile {
  /// The text with `current` set.
  static func setting(current name: String, in text: String) -> String {
    let line = "current = \(Tree.quoted(name))"
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
      [contexts.\(Tree.quoted(name))]
      address = \(Tree.quoted(Endpoint.tls(tls).place))
      ca = \(Tree.quoted(tls.authority))
      certificate = \(Tree.quoted(tls.certificate))
      key = \(Tree.quoted(tls.key))
      server_name = \(Tree.quoted(tls.serverName))

      """
  }
}
