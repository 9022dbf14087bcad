extension String {
  /// The text as one word of a shell's command line, whatever it holds: every "what to type" that has a name in it says
  /// the name this way.
  ///
  /// A plain word stays as it is. One that begins with a dash comes behind `--`, so that no program takes it for an
  /// option; so it must stand last.
  public var shellQuoted: String {
    let word =
      if !isEmpty, utf8.allSatisfy(Self.isPlain) {
        self
      } else if isPrintable {
        "'" + replacingQuotes + "'"
      } else {
        "$'" + escapedBytes + "'"
      }
    return utf8.first == UInt8(ascii: "-") ? "-- \(word)" : word
  }

  /// What no shell gives a meaning to, and no history or glob either.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-/:@+,".utf8.contains(byte)
    }
  }

  /// With each quote outside of the quotes.
  private var replacingQuotes: String {
    split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
  }

  /// With each byte that is not a plain one as `\xNN`, as bash and zsh read it.
  private var escapedBytes: String {
    // BOUNDED: a byte has eight bits.
    utf8.map { byte in
      Self.isPlain(byte) || byte == 0x20
        ? String(UnicodeScalar(byte)) : "\\x\(Hexadecimal.text(UInt64(byte), digits: 2))"
    }.joined()
  }
}
