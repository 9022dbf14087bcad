/// Swift source with comments and the contents of strings blanked, so that rules look at code alone.
struct SwiftText {
  /// The code, as long as the file and with the same line breaks. Code inside `\(…)` stays.
  private(set) var code: [UInt8]
  /// The text of the comments, and of the strings if they are for people, without escapes; the rest blanked.
  private(set) var prose: [UInt8]
  /// The lines, from 1, that begin inside a string.
  private(set) var stringLines: Set<Int> = []

  private let bytes: [UInt8]
  private let readsStrings: Bool
  private var index = 0
  private var line = 1

  private static let newline = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")
  private static let quote = UInt8(ascii: "\"")
  private static let hash = UInt8(ascii: "#")
  private static let backslash = UInt8(ascii: "\\")
  private static let slash = UInt8(ascii: "/")
  private static let star = UInt8(ascii: "*")

  /// Reads a file's text.
  /// - Parameter readsStrings: whether strings are a part of ``prose``.
  init(_ text: String, readsStrings: Bool) {
    bytes = Array(text.utf8)
    code = bytes
    prose = bytes.map { $0 == Self.newline ? $0 : Self.space }
    self.readsStrings = readsStrings
    readCode(isInterpolation: false)
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  /// Blanks the next byte of the code, unless it ends a line, and copies it to the prose if it belongs there.
  private mutating func blank(isProse: Bool = false) {
    if bytes[index] == Self.newline {
      line += 1
    } else {
      code[index] = Self.space
      if isProse { prose[index] = bytes[index] }
    }
    index += 1
  }

  private mutating func readCode(isInterpolation: Bool) {
    var depth = 0
    while let byte = peek() {
      if byte == Self.slash, peek(1) == Self.slash {
        while let next = peek(), next != Self.newline { blank(isProse: true) }
      } else if byte == Self.slash, peek(1) == Self.star {
        readBlockComment()
      } else if let hashes = stringStart() {
        readString(hashes: hashes)
      } else {
        if byte == Self.newline { line += 1 }
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        index += 1
        if isInterpolation, depth < 0 { return }
      }
    }
  }

  private mutating func readBlockComment() {
    var depth = 0
    while let byte = peek() {
      if byte == Self.slash, peek(1) == Self.star {
        depth += 1
        blank()
      } else if byte == Self.star, peek(1) == Self.slash {
        depth -= 1
        blank()
      }
      blank(isProse: true)
      if depth == 0 { return }
    }
  }

  /// The number of `#` before a string that begins here; nil if none does.
  private func stringStart() -> Int? {
    var hashes = 0
    while peek(hashes) == Self.hash { hashes += 1 }
    return peek(hashes) == Self.quote ? hashes : nil
  }

  private mutating func readString(hashes: Int) {
    index += hashes
    let isMultiline = peek(1) == Self.quote && peek(2) == Self.quote
    let quotes = isMultiline ? 3 : 1
    index += quotes
    while let byte = peek() {
      if byte == Self.newline {
        guard isMultiline else { return }
        stringLines.insert(line + 1)
      }
      if ends(quotes: quotes, hashes: hashes) {
        index += quotes + hashes
        return
      }
      if byte == Self.backslash, (1..<hashes + 1).allSatisfy({ peek($0) == Self.hash }) {
        for _ in 0...hashes { blank() }
        if peek() == UInt8(ascii: "(") {
          index += 1
          readCode(isInterpolation: true)
        } else if peek() != nil {
          blank()
        }
      } else {
        blank(isProse: readsStrings)
      }
    }
  }

  private func ends(quotes: Int, hashes: Int) -> Bool {
    (0..<quotes).allSatisfy { peek($0) == Self.quote } && (0..<hashes).allSatisfy { peek(quotes + $0) == Self.hash }
  }
}
