/// Finds where elements begin and end in well-formed XML without a document type declaration.
struct XMLScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var spans: [XMLSource.Span] = []
  private var open: [Int] = []

  /// A scanner at the start of `bytes`.
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The elements in document order, or nil if the text is not what it should be.
  mutating func scan() -> [XMLSource.Span]? {
    while let bracket = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      position = bracket
      guard step() else { return nil }
    }
    return open.isEmpty ? spans : nil
  }

  /// Passes one piece of markup.
  private mutating func step() -> Bool {
    if matches(Mark.comment, at: position) { return skip(past: Mark.commentEnd, from: position + 4) }
    if matches(Mark.literal, at: position) { return skip(past: Mark.literalEnd, from: position + 9) }
    if matches(Mark.instruction, at: position) { return skip(past: Mark.instructionEnd, from: position + 2) }
    if matches(Mark.endTag, at: position) {
      guard skip(past: Mark.tagEnd, from: position + 2), let index = open.popLast() else { return false }
      spans[index].end = position
      return true
    }
    return startTag()
  }

  private mutating func startTag() -> Bool {
    let start = position
    var quote: UInt8?
    for index in (start + 1)..<bytes.count {
      let byte = bytes[index]
      if let waiting = quote {
        if byte == waiting { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        let isEmpty = bytes[index - 1] == UInt8(ascii: "/")
        spans.append(.init(start: start, openTagEnd: isEmpty ? index - 1 : index, end: index + 1))
        if !isEmpty { open.append(spans.count - 1) }
        position = index + 1
        return true
      }
    }
    return false
  }

  private func matches(_ mark: [UInt8], at offset: Int) -> Bool {
    guard bytes.count - offset >= mark.count else { return false }
    return bytes[offset..<(offset + mark.count)].elementsEqual(mark)
  }

  private mutating func skip(past mark: [UInt8], from offset: Int) -> Bool {
    var index = offset
    while index + mark.count <= bytes.count {
      if matches(mark, at: index) {
        position = index + mark.count
        return true
      }
      index += 1
    }
    return false
  }

  /// What markup begins and ends with.
  private enum Mark {
    static let comment = Array("<!--".utf8)
    static let commentEnd = Array("-->".utf8)
    static let literal = Array("<![CDATA[".utf8)
    static let literalEnd = Array("]]>".utf8)
    static let instruction = Array("<?".utf8)
    static let instructionEnd = Array("?>".utf8)
    static let endTag = Array("</".utf8)
    static let tagEnd = Array(">".utf8)
  }
}
