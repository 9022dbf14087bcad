/// One word, number or sign of Swift code.
struct Token: Equatable {
  /// Its text; a sign is one character, but for `->`.
  let text: String
  /// Its line, from 1.
  let line: Int
  /// True if white space or a line break stands before it.
  let isSpaced: Bool

  /// True for a word or number.
  var isWord: Bool { text.utf8.first.map(Self.isWordByte) ?? false }

  /// Cuts code into tokens.
  static func tokens(of code: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var (index, line, isSpaced) = (0, 1, true)
    while index < code.count {
      let byte = code[index]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        line += byte == UInt8(ascii: "\n") ? 1 : 0
        isSpaced = true
        index += 1
        continue
      }
      var end = index + 1
      if isWordByte(byte) {
        while end < code.count, isWordByte(code[end]) { end += 1 }
      } else if byte == UInt8(ascii: "-"), end < code.count, code[end] == UInt8(ascii: ">") {
        end += 1
      }
      tokens.append(Token(text: String(decoding: code[index..<end], as: UTF8.self), line: line, isSpaced: isSpaced))
      isSpaced = false
      index = end
    }
    return tokens
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...:
      true
    default: false
    }
  }
}
