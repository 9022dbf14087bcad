extension String {
  /// The text with control characters escaped and at most 200 characters, fit for an error or a log line.
  package var printable: String {
    var result = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 200 { return result + "…" }
      if scalar.isPrintable {
        result.unicodeScalars.append(scalar)
      } else {
        // BOUNDED: a scalar has 21 bits.
        result += "\\u{\(Hexadecimal.text(UInt64(scalar.value), digits: 1))}"
      }
    }
    return result
  }

  /// The text with control characters escaped, at any length.
  package var singleLine: String {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isPrintable {
        result.unicodeScalars.append(scalar)
      } else {
        // BOUNDED: a scalar's number has 21 bits.
        result += "\\u{\(Hexadecimal.text(UInt64(scalar.value), digits: 1))}"
      }
    }
    return result
  }

  /// What a program complains of, as one printable line of at most 2 KiB; a longer one has its beginning and its end,
  /// because programs name the cause last.
  package var diagnostic: String {
    // BOUNDED: what a program says, of which a megabyte is read at most.
    split(whereSeparator: \.isNewline).joined(separator: "; ").singleLine.withoutMiddle(bytes: 2048)
  }

  /// The text, or its beginning and its longer end if it has more bytes in UTF-8 than that, with the ellipsis between.
  package func withoutMiddle(bytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let head = Self.scalars(of: unicodeScalars, within: limit / 4)
    let tail = Self.scalars(of: unicodeScalars.reversed(), within: limit / 4 * 3 - "…".utf8.count).reversed()
    return "\(String(UnicodeScalarView(head)))…\(String(UnicodeScalarView(tail)))"
  }

  /// The first characters, as many as have so many bytes.
  private static func scalars(of all: some Sequence<Unicode.Scalar>, within bytes: Int) -> [Unicode.Scalar] {
    var left = bytes
    return all.prefix { scalar in
      // BOUNDED: it goes below zero once, by four at most.
      left -= scalar.utf8.count
      return left >= 0
    }
  }

  /// True if no character would be escaped by ``printable``, however long the text is.
  package var isPrintable: Bool { unicodeScalars.allSatisfy(\.isPrintable) }
}

extension Unicode.Scalar {
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

extension String {
  /// The text as one word of a shell's command line. Every hint that contains a name quotes it in this way.
  ///
  /// A plain word stays as it is. One that begins with a dash follows `--`, so that no program reads it as an option;
  /// so it must come last.
  package var shellQuoted: String {
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

  /// True for a byte that has no meaning in a shell, its history or its globs.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-/:@+,".utf8.contains(byte)
    }
  }

  /// The text with each single quote moved outside of the quotes.
  private var replacingQuotes: String {
    split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
  }

  /// The text with each byte that is not plain as `\xNN`, as bash and zsh read it.
  private var escapedBytes: String {
    // BOUNDED: a byte has eight bits.
    utf8.map { byte in
      Self.isPlain(byte) || byte == 0x20
        ? String(UnicodeScalar(byte)) : "\\x\(Hexadecimal.text(UInt64(byte), digits: 2))"
    }.joined()
  }
}
