/// Names by a pattern of the shell's kind, in which `*` is any text and `?` any one character.
package struct NamePattern: Hashable, Sendable {
  private let parts: [Part]

  private enum Part: Hashable { case character(Character), one, any }

  /// Reads a pattern; every other character stands for itself.
  package init(_ text: String) {
    var parts: [Part] = []
    for character in text {
      switch character {
      // Several in a row are one, so that a match costs no more than name times pattern.
      case "*": if parts.last != .any { parts.append(.any) }
      case "?": parts.append(.one)
      default: parts.append(.character(character))
      }
    }
    self.parts = parts
  }

  /// True if the whole name is like that.
  /// - Complexity: the lengths of both, multiplied.
  package func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (at, part) = (0, 0)
    // Where the last `*` stands, and how much of the name it takes so far.
    var retry: (part: Int, at: Int)?
    while at < name.count {
      if part < parts.count, parts[part] == .any {
        retry = (part, at)
        part += 1
      } else if part < parts.count, parts[part] == .one || parts[part] == .character(name[at]) {
        at += 1
        part += 1
      } else if let last = retry {
        (part, at) = (last.part + 1, last.at + 1)
        retry = (last.part, at)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .any }
  }
}
